#include "meeting/body.h"

#include "meeting/state.h"

#include <errno.h>

const char *const body_kind_names[9] = {
    "council", "commission", "city_assembly", "neighbourhood", "women",
    "youth",   "children",   "disabled",      "seniors",
};
const char *const speech_kind_names[SPEECH_KINDS] = {
    "point_of_order", "personal_attack", "chair",          "proposer",   "commission_chair",
    "group",          "member",          "representative", "off_agenda",
};
const char *const rule_base_names[3] = {"full_membership", "participants", "votes"};
const char *const body_rule_names[RULES_END - 1] = {
    "quorum_to_meet",
    "decision_floor",
    "majority_ordinary",
    "majority_full",
    "majority_two_thirds",
    "majority_three_quarters",
    "majority_relative",
    "broadcast_needs_decision",
    "broadcast_needs_consents",
    "electronic_secret",
    "field_needed",
    "invitation_needed",
    "remote_counts",
    "alternating",
    "who_asks",
    "who_requests",
    "questions_each",
    "time_point_of_order",
    "time_personal_attack",
    "time_chair",
    "time_proposer",
    "time_commission_chair",
    "time_group",
    "time_member",
    "time_representative",
    "time_off_agenda",
    "precedence_point_of_order",
    "precedence_personal_attack",
    "precedence_chair",
    "precedence_proposer",
    "precedence_commission_chair",
    "precedence_group",
    "precedence_member",
    "precedence_representative",
    "precedence_off_agenda",
};

#define RULE_FIELDS(tag)                                                                           \
    F_ENUM(tag, rule, body_rule_names), F_OPT_NUMBER(tag, number, 0, 86400),                       \
        F_OPT_NUMBER(tag, part, 0, 1000), F_OPT_NUMBER(tag, whole, 0, 1000),                       \
        F_OPT_FLAG(tag, more_than), F_OPT_ENUM(tag, base, rule_base_names), F_TEXT(tag, source),   \
        F_OPT_NUMBER(tag, from_utc_us, 0, TIME_MAX)

SHAPE(rule, F_HEAD(rule), RULE_FIELDS(rule));
SHAPE(body_rule_args, RULE_FIELDS(body_rule_args));
SHAPE(body, F_OPT_ENUM(body, kind, body_kind_names), F_OPT_TEXT(body, name),
      F_OPT_NUMBER(body, members, 0, 100000));

static const struct shape_field describe_fields[] = {F_ENUM(body, kind, body_kind_names),
                                                     F_TEXT(body, name),
                                                     F_OPT_NUMBER(body, members, 0, 100000)};
const struct shape body_describe_shape = {"body_describe", describe_fields, 3, sizeof(struct body)};

const struct body *meeting_body(const struct meeting *m)
{
    return &m->body;
}

const struct rule *body_rule(const struct meeting *m, enum body_rule rule, int64_t at_utc_us)
{
    const struct rule *best = body_default(m->body.kind, rule);
    for (size_t i = 0; i < pile_count(m, PILE_RULE); i++) {
        const struct rule *r = pile_at(m, PILE_RULE, i);
        bool later = best->head.seq == 0 || r->from_utc_us >= best->from_utc_us;
        if (r->rule == rule && r->from_utc_us <= at_utc_us && later)
            best = r;
    }
    return best;
}

int64_t body_number(const struct meeting *m, enum body_rule rule, int64_t at_utc_us)
{
    return body_rule(m, rule, at_utc_us)->number;
}

int64_t body_share(const struct rule *rule, int64_t base)
{
    if (rule->whole == 0)
        return 0;
    int64_t product = base * rule->part;
    return rule->more_than ? product / rule->whole + 1 : (product + rule->whole - 1) / rule->whole;
}

enum meeting_refusal body_decide_describe(const struct deciding *d, const void *args)
{
    return outcome_add(d, FACT_BODY_DESCRIBED, args);
}

int body_described(struct meeting *m, const struct meeting_event *event)
{
    const struct body *a = event->body;
    m->body.kind = a->kind;
    m->body.members = a->members;
    text_set(m->body.name, a->name);
    return 0;
}

static bool is_share(enum body_rule rule)
{
    return rule <= RULE_MAJORITY_RELATIVE;
}

enum meeting_refusal body_decide_rule(const struct deciding *d, const void *args)
{
    const struct body_rule_args *a = args;
    bool share_good = a->whole == 0 ? a->part == 0 : a->part <= a->whole && a->base;
    if (is_share(a->rule) ? !share_good || a->number : a->whole || a->part || a->base)
        return REFUSED_BAD_ARGS;
    bool is_flag = a->rule >= RULE_BROADCAST_NEEDS_DECISION && a->rule <= RULE_ALTERNATING;
    if (is_flag && a->number > 1)
        return REFUSED_BAD_ARGS;
    return outcome_add(d, FACT_BODY_RULED, a);
}

int body_ruled(struct meeting *m, const struct meeting_event *event)
{
    const struct body_rule_args *a = event->body;
    struct rule *rule = pile_add(m, PILE_RULE, event);
    if (!rule)
        return -ENOMEM;
    rule->rule = a->rule;
    rule->number = a->number;
    rule->part = a->part;
    rule->whole = a->whole;
    rule->more_than = a->more_than;
    rule->base = a->base;
    rule->from_utc_us = a->from_utc_us;
    text_set(rule->source, a->source);
    return 0;
}

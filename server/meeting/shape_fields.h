/* How shapes are written; shape.h says what they are. */
#ifndef MECLIS_MEETING_SHAPE_FIELDS_H
#define MECLIS_MEETING_SHAPE_FIELDS_H

/* What is written in a module's file: SHAPE(agenda_refer, F_REF(agenda_refer, item), ...); */
#define SHAPE(tag, ...)                                                                            \
    static const struct shape_field tag##_fields[] = {__VA_ARGS__};                                \
    const struct shape tag##_shape = {                                                             \
        #tag, tag##_fields, sizeof tag##_fields / sizeof *tag##_fields, sizeof(struct tag)}

#define F_PLACE(tag, m)                                                                            \
    .name = #m, .offset = offsetof(struct tag, m), .size = sizeof(((struct tag *)0)->m)
#define F_MAX(tag, m) .max = sizeof(((struct tag *)0)->m.at) / sizeof(((struct tag *)0)->m.at[0])

#define F_TEXT(tag, m)                                                                             \
    {                                                                                              \
        F_PLACE(tag, m), .kind = SHAPE_TEXT                                                        \
    }
#define F_OPT_TEXT(tag, m)                                                                         \
    {                                                                                              \
        F_PLACE(tag, m), .kind = SHAPE_TEXT, .optional = true                                      \
    }
#define F_SIDE(tag, m)                                                                             \
    {                                                                                              \
        F_PLACE(tag, m), .kind = SHAPE_SIDE_TEXT                                                   \
    }
#define F_OPT_SIDE(tag, m)                                                                         \
    {                                                                                              \
        F_PLACE(tag, m), .kind = SHAPE_SIDE_TEXT, .optional = true                                 \
    }
#define F_NUMBER(tag, m, low, high)                                                                \
    {                                                                                              \
        F_PLACE(tag, m), .kind = SHAPE_NUMBER, .min = (low), .max = (high)                         \
    }
/* Absent is 0, which is allowed beside low to high. */
#define F_OPT_NUMBER(tag, m, low, high)                                                            \
    {                                                                                              \
        F_PLACE(tag, m), .kind = SHAPE_NUMBER, .optional = true, .min = (low), .max = (high)       \
    }
#define F_FLAG(tag, m)                                                                             \
    {                                                                                              \
        F_PLACE(tag, m), .kind = SHAPE_FLAG                                                        \
    }
#define F_OPT_FLAG(tag, m)                                                                         \
    {                                                                                              \
        F_PLACE(tag, m), .kind = SHAPE_FLAG, .optional = true                                      \
    }
#define F_ENUM(tag, m, table)                                                                      \
    {                                                                                              \
        F_PLACE(tag, m), .kind = SHAPE_ENUM, .names = (table), .min = 1,                           \
                         .max = sizeof(table) / sizeof *(table)                                    \
    }
#define F_OPT_ENUM(tag, m, table)                                                                  \
    {                                                                                              \
        F_PLACE(tag, m), .kind = SHAPE_ENUM, .optional = true, .names = (table), .min = 1,         \
                         .max = sizeof(table) / sizeof *(table)                                    \
    }
#define F_REF(tag, m)                                                                              \
    {                                                                                              \
        F_PLACE(tag, m), .kind = SHAPE_REF                                                         \
    }
#define F_OPT_REF(tag, m)                                                                          \
    {                                                                                              \
        F_PLACE(tag, m), .kind = SHAPE_REF, .optional = true                                       \
    }
#define F_REFS(tag, m)                                                                             \
    {                                                                                              \
        F_PLACE(tag, m), .kind = SHAPE_REFS, .optional = true, F_MAX(tag, m),                      \
                         .at = offsetof(struct tag, m.at) - offsetof(struct tag, m)                \
    }
#define F_LIST(tag, m, sub)                                                                        \
    {                                                                                              \
        F_PLACE(tag, m), .kind = SHAPE_LIST, F_MAX(tag, m), .of = &sub##_shape,                    \
                         .at = offsetof(struct tag, m.at) - offsetof(struct tag, m)                \
    }
#define F_OPT_LIST(tag, m, sub)                                                                    \
    {                                                                                              \
        F_PLACE(tag, m), .kind = SHAPE_LIST, .optional = true, F_MAX(tag, m), .of = &sub##_shape,  \
                         .at = offsetof(struct tag, m.at) - offsetof(struct tag, m)                \
    }

#define F_STRUCT(tag, m, sub)                                                                      \
    {                                                                                              \
        F_PLACE(tag, m), .kind = SHAPE_STRUCT, .of = &sub##_shape                                  \
    }

#define F_HIDDEN_TEXT(tag, m)                                                                      \
    {                                                                                              \
        F_PLACE(tag, m), .kind = SHAPE_TEXT, .optional = true, .hidden = true                      \
    }

#define F_HIDDEN_NUMBER(tag, m)                                                                    \
    {                                                                                              \
        F_PLACE(tag, m), .kind = SHAPE_NUMBER, .max = INT64_MAX, .hidden = true                    \
    }

#endif

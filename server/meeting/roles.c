#include "meeting/roles.h"

const char *const meeting_role_names[MEETING_ROLES] = {
    "viewer", "representative", "member",   "observer",      "moderator",
    "clerk",  "chair",          "producer", "administrator", "server",
};

const char *const meeting_state_names[MEETING_STATES] = {
    "draft", "announced", "live", "closed", "break", "ended",
};

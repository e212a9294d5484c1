/* The facts by number, in the order of their names: an index into meeting_facts[]. Not kept
 * anywhere: the log knows facts by name. */
#ifndef MECLIS_MEETING_FACTS_H
#define MECLIS_MEETING_FACTS_H

enum fact_id {
    FACT_SITTING_ANNOUNCED,
    FACT_SITTING_CANCELLED,
    FACT_SITTING_DESCRIBED,
    FACT_SITTING_ENDED,
    FACT_SITTING_OPENED,
    FACT_SITTING_PAUSED,
    FACT_SITTING_RESUMED,
    FACTS,
};

#endif

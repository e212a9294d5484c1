/* An agenda to be taken over, as JSON or as a table. */
#include "fuzz.h"
#include "protocol/agenda_file.h"

#include <stdlib.h>
#include <string.h>

static void require(int truth)
{
    if (!truth)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct agenda_file f;
    struct client_wrong w = {.code = 0};
    struct bytes *body = bytes_copy(data, size);
    if (!body)
        return 0;
    int r = agenda_file_read(body, &f, &w);
    bytes_unref(body);
    if (r < 0) {
        require(w.code && refusal_code(w.code) && memchr(w.member, 0, sizeof w.member));
        return 0;
    }
    require(f.count >= 1 && f.count <= AGENDA_FILE_MAX_ITEMS);
    for (size_t i = 0; i < f.count; i++) {
        require(!shape_check(&agenda_add_shape, &f.items[i].is));
        require(i == 0 || f.items[i].place > f.items[i - 1].place);
    }
    agenda_file_finish(&f);
    return 0;
}

size_t fuzz_example(int i, uint8_t *ret, size_t room)
{
    static const char *const examples[] = {
        "title,number,kind\n\"a, \"\"b\"\"\",1,tender\nc\n",
        "\xef\xbb\xbf"
        "Numara;Başlık;Tür;Öneren;Alan;Not\r\n1;Örnek;Bütçe;x;imar;\r\n;b",
        "{\"items\":[{\"title\":\"a\",\"kind\":\"report\"},{\"number\":\"2\",\"title\":\"b\","
        "\"kind\":\"budget\",\"person\":3}]}",
    };
    if (i < 0 || (size_t)i >= sizeof examples / sizeof *examples || strlen(examples[i]) > room)
        return 0;
    memcpy(ret, examples[i], strlen(examples[i]));
    return strlen(examples[i]);
}

#include "front/ws_frame.h"

#include <errno.h>

size_t ws_header_size(size_t payload)
{
    return payload < 126 ? 2 : payload < 65536 ? 4 : 10;
}

size_t ws_header_write(enum ws_opcode opcode, size_t payload, uint8_t ret_header[WS_HEADER_MAX])
{
    size_t size = ws_header_size(payload), extended = size - 2;
    ret_header[0] = (uint8_t)(0x80 | opcode);
    ret_header[1] = (uint8_t)(extended == 0 ? payload : extended == 2 ? 126 : 127);
    for (size_t i = 0; i < extended; i++)
        ret_header[2 + i] = (uint8_t)(payload >> 8 * (extended - 1 - i));
    return size;
}

bool ws_status_sendable(int status)
{
    return (status >= 1000 && status < 1004) || (status >= 1007 && status < 1015) ||
           (status >= 3000 && status < 5000);
}

static bool known(unsigned opcode)
{
    return opcode <= WS_BINARY || (opcode >= WS_CLOSE && opcode <= WS_PONG);
}

/* Returns 0 and header and payload sizes, -EAGAIN, or a status. */
static int read_header(const uint8_t *data, size_t size, size_t max, size_t *ret_header,
                       size_t *ret_payload)
{
    if (size < 2)
        return -EAGAIN;
    unsigned opcode = data[0] & 15;
    bool control = opcode & 8, final = data[0] & 0x80;
    if ((data[0] & 0x70) || !known(opcode) || !(data[1] & 0x80))
        return WS_STATUS_PROTOCOL; /* no extension was agreed; a client's frames are masked */
    uint64_t payload = data[1] & 127;
    size_t extended = payload == 126 ? 2 : payload == 127 ? 8 : 0;
    if (control && (!final || extended))
        return WS_STATUS_PROTOCOL;
    if (size < 2 + extended)
        return -EAGAIN;
    if (extended) {
        payload = 0;
        for (size_t i = 0; i < extended; i++)
            payload = payload << 8 | data[2 + i];
    }
    if (!control && payload > max)
        return WS_STATUS_TOO_BIG;
    *ret_header = 2 + extended + 4;
    *ret_payload = (size_t)payload;
    return 0;
}

int ws_frame_read(uint8_t *data, size_t size, size_t max, struct ws_frame *ret)
{
    size_t header, payload;
    int r = read_header(data, size, max, &header, &payload);
    if (r)
        return r;
    if (size < header + payload)
        return -EAGAIN;
    const uint8_t *mask = data + header - 4;
    uint8_t *at = data + header;
    for (size_t i = 0; i < payload; i++)
        at[i] ^= mask[i & 3];
    *ret = (struct ws_frame){
        .size = header + payload,
        .opcode = data[0] & 15,
        .final = data[0] & 0x80,
        .payload = at,
        .payload_size = payload,
    };
    return 0;
}

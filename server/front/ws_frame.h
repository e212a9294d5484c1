/* WebSocket frames (RFC 6455): a server's headers written, a client's frames read. Pure. */
#ifndef MECLIS_FRONT_WS_FRAME_H
#define MECLIS_FRONT_WS_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ws_opcode {
    WS_CONTINUATION = 0, /* so says the wire */
    WS_TEXT = 1,
    WS_BINARY = 2,
    WS_CLOSE = 8,
    WS_PING = 9,
    WS_PONG = 10
};

enum ws_status {
    WS_STATUS_NORMAL = 1000,
    WS_STATUS_AWAY = 1001,
    WS_STATUS_PROTOCOL = 1002,
    WS_STATUS_KIND = 1003,
    WS_STATUS_DATA = 1007,
    WS_STATUS_POLICY = 1008,
    WS_STATUS_TOO_BIG = 1009,
    WS_STATUS_LATER = 1013,
};

/* Whether a close frame may carry it (RFC 6455, 7.4). */
bool ws_status_sendable(int status);

#define WS_HEADER_MAX 10
#define WS_CONTROL_MAX 125

/* Writes an unmasked, whole frame's header for a payload of that size. Returns its size. */
size_t ws_header_write(enum ws_opcode opcode, size_t payload, uint8_t ret_header[WS_HEADER_MAX]);
size_t ws_header_size(size_t payload);

struct ws_frame {
    size_t size; /* header and payload */
    enum ws_opcode opcode;
    bool final;
    uint8_t *payload; /* unmasked in place */
    size_t payload_size;
};

/* Reads the client's frame at the beginning of the data. Returns 0 and the frame, -EAGAIN while it
 * is not whole, or the status (1002, 1009) to close with. `max` is the largest payload of a data
 * frame. */
int ws_frame_read(uint8_t *data, size_t size, size_t max, struct ws_frame *ret);

#endif

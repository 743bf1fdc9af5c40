/* The wire to Node: frames of 20 bytes and a payload, little-endian, the same in both directions.
 *   uint32 payload bytes · uint8 type · uint8 × 3 zero · int32 id · float64 value
 * What types there are and who sends them stands in host-sim/engine/xs-frames.ts. */
#ifndef XS_CELLULAR_WIRE_H
#define XS_CELLULAR_WIRE_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
	uint8_t type;
	int32_t id;
	double value;
	uint32_t size;
	const uint8_t* payload; /* valid until the next wireReceive */
} Frame;

void wireOpen(int receiveDescriptor, int transmitDescriptor);
int wireIsOpen(void);
/* Kept until wireFlush, but no more than 64 KB of it. */
void wireSend(uint8_t type, int32_t id, double value, const void* payload, size_t size);
void wireFlush(void);
/* Waits for a whole frame; 0: the peer has gone. */
int wireReceive(Frame* frame);
/* Bytes have been read ahead: another frame has begun, of which the descriptor does not tell any more. */
int wireHasBegun(void);

#endif

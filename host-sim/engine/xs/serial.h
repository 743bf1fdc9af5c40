/* Real serial devices by termios: raw, 8 data bits unless asked otherwise, locked against a second user. */
#ifndef XS_CELLULAR_SERIAL_H
#define XS_CELLULAR_SERIAL_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
	int baud;
	int dataBits; /* 7 or 8 */
	int stopBits; /* 1 or 2 */
	char parity; /* 'n', 'e' or 'o' */
} SerialLine;

/* A descriptor that does not block, or -1 with `why` filled: the path, a new line, the reason. */
int serialOpen(const char* path, const SerialLine* line, char* why, size_t whySize);

#endif

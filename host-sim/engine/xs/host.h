/* What the parts of the host say to Node, or print when they run without. */
#ifndef XS_CELLULAR_HOST_H
#define XS_CELLULAR_HOST_H

#include <stddef.h>
#include <stdint.h>

void hostReport(uint8_t type, int32_t id, double value, const void* payload, size_t size);
void hostReportFigures(xsMachine* the);
/* Sends what is left to send. */
void hostLeave(int code) __attribute__((noreturn));
/* Milliseconds of the simulation. */
double hostNow(void);

#endif

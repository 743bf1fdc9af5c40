/* The serial devices that an application has open; polled by the loop of host.c. */
#ifndef XS_CELLULAR_DEVICES_H
#define XS_CELLULAR_DEVICES_H

#include "serial.h"
#include <poll.h>

enum { kDevices = 8, kDeviceBufferBytes = 1024 };

/* A handle 0 … kDevices-1, or -1 with `why` filled. */
int deviceOpen(const char* path, const SerialLine* line, char* why, size_t whySize);
void deviceClose(int handle);
/* Takes all of it or nothing (returns 0): at most kDeviceBufferBytes less what is still unsent. */
int deviceWrite(int handle, const void* bytes, size_t size);
/* Sends what the device takes now; 0: it has gone. */
int devicePump(int handle);
/* Everything has left: true once after the opening and once after each write. */
int deviceHasSent(int handle);
/* Bytes read, 0 for none now, -1: it has gone. */
int deviceRead(int handle, void* into, size_t size);
const char* devicePath(int handle);
/* Fills one entry per handle (descriptor -1 where none is open). */
void devicePoll(struct pollfd* entries);

#endif

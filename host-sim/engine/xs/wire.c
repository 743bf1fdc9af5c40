#include "wire.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { kHeaderBytes = 20, kFlushBytes = 64 * 1024 };

static int gReceive = -1;
static int gTransmit = -1;
static uint8_t* gOut;
static size_t gOutUsed;
static size_t gOutSize;
static uint8_t* gIn;
static size_t gInSize;

void wireOpen(int receiveDescriptor, int transmitDescriptor)
{
	gReceive = receiveDescriptor;
	gTransmit = transmitDescriptor;
}

int wireIsOpen(void)
{
	return gTransmit >= 0;
}

void wireFlush(void)
{
	size_t done = 0;
	while (done < gOutUsed) {
		ssize_t count = write(gTransmit, gOut + done, gOutUsed - done);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			_exit(17); /* kExitPeer: nobody is left to tell */
		done += (size_t)count;
	}
	gOutUsed = 0;
}

static uint8_t* reserve(size_t size)
{
	if (gOutUsed + size > gOutSize) {
		gOutSize = (gOutUsed + size) * 2;
		gOut = realloc(gOut, gOutSize);
		if (!gOut)
			_exit(12); /* kExitMemoryFull */
	}
	uint8_t* place = gOut + gOutUsed;
	gOutUsed += size;
	return place;
}

void wireSend(uint8_t type, int32_t id, double value, const void* payload, size_t size)
{
	uint32_t count = (uint32_t)size;
	uint8_t* place = reserve(kHeaderBytes + size);
	memcpy(place, &count, 4);
	memset(place + 4, 0, 4);
	place[4] = type;
	memcpy(place + 8, &id, 4);
	memcpy(place + 12, &value, 8);
	if (size)
		memcpy(place + kHeaderBytes, payload, size);
	if (gOutUsed >= kFlushBytes)
		wireFlush();
}

static uint8_t gAhead[4096];
static size_t gAheadFrom;
static size_t gAheadTo;

int wireHasBegun(void)
{
	return gAheadFrom < gAheadTo;
}

/* Several bytes at a time: a frame is most often one system call. */
static int readAll(uint8_t* into, size_t size)
{
	while (size) {
		if (gAheadFrom == gAheadTo) {
			ssize_t count = read(gReceive, gAhead, sizeof(gAhead));
			if (count < 0 && errno == EINTR)
				continue;
			if (count <= 0)
				return 0;
			gAheadFrom = 0;
			gAheadTo = (size_t)count;
		}
		size_t part = gAheadTo - gAheadFrom < size ? gAheadTo - gAheadFrom : size;
		memcpy(into, gAhead + gAheadFrom, part);
		gAheadFrom += part;
		into += part;
		size -= part;
	}
	return 1;
}

int wireReceive(Frame* frame)
{
	uint8_t header[kHeaderBytes];
	if (!readAll(header, sizeof(header)))
		return 0;
	memcpy(&frame->size, header, 4);
	frame->type = header[4];
	memcpy(&frame->id, header + 8, 4);
	memcpy(&frame->value, header + 12, 8);
	if (frame->size > gInSize) {
		gInSize = frame->size;
		gIn = realloc(gIn, gInSize);
		if (!gIn)
			return 0;
	}
	frame->payload = gIn;
	return !frame->size || readAll(gIn, frame->size);
}

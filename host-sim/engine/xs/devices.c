#include "devices.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
	int descriptor; /* plus one, so that a zeroed table is an empty one */
	int sending; /* the application waits to hear that everything has left */
	size_t used;
	char path[256];
	unsigned char out[kDeviceBufferBytes];
} Device;

static Device gDevices[kDevices];

int deviceOpen(const char* path, const SerialLine* line, char* why, size_t whySize)
{
	for (int handle = 0; handle < kDevices; handle++) {
		Device* device = &gDevices[handle];
		if (device->descriptor)
			continue;
		int descriptor = serialOpen(path, line, why, whySize);
		if (descriptor < 0)
			return -1;
		device->descriptor = descriptor + 1;
		device->sending = 1;
		device->used = 0;
		snprintf(device->path, sizeof(device->path), "%s", path);
		return handle;
	}
	snprintf(why, whySize, "%s\n%d serial devices are open already", path, kDevices);
	return -1;
}

static Device* find(int handle)
{
	return handle >= 0 && handle < kDevices && gDevices[handle].descriptor ? &gDevices[handle] : NULL;
}

void deviceClose(int handle)
{
	Device* device = find(handle);
	if (!device)
		return;
	close(device->descriptor - 1);
	device->descriptor = 0;
}

int deviceHasSent(int handle)
{
	Device* device = find(handle);
	if (!device || !device->sending || device->used)
		return 0;
	device->sending = 0;
	return 1;
}

int deviceWrite(int handle, const void* bytes, size_t size)
{
	Device* device = find(handle);
	if (!device || size > sizeof(device->out) - device->used)
		return 0;
	memcpy(device->out + device->used, bytes, size);
	device->used += size;
	device->sending = 1;
	return 1;
}

int devicePump(int handle)
{
	Device* device = find(handle);
	if (!device || !device->used)
		return 1;
	ssize_t count = write(device->descriptor - 1, device->out, device->used);
	if (count < 0)
		return errno == EAGAIN || errno == EINTR;
	memmove(device->out, device->out + count, device->used - (size_t)count);
	device->used -= (size_t)count;
	return 1;
}

int deviceRead(int handle, void* into, size_t size)
{
	Device* device = find(handle);
	if (!device)
		return 0;
	ssize_t count = read(device->descriptor - 1, into, size);
	if (count < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	return (int)count;
}

const char* devicePath(int handle)
{
	Device* device = find(handle);
	return device ? device->path : "";
}

void devicePoll(struct pollfd* entries)
{
	for (int handle = 0; handle < kDevices; handle++) {
		Device* device = &gDevices[handle];
		entries[handle].fd = device->descriptor - 1;
		entries[handle].events = POLLIN | (device->sending ? POLLOUT : 0);
		entries[handle].revents = 0;
	}
}

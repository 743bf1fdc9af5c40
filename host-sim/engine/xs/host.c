/* Runs one application on XS. Node is the other end of the wire: it owns time, timers, pins, storage and lines in memory; the host owns
 * the engine and, on the real clock, the serial devices. Without a wire it runs the application once and prints (scripts/budget). */
#include "xs.h"
#include "devices.h"
#include "engine.h"
#include "host.h"
#include "natives.h"
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* A turn that takes this much processor time (up to twice as much) is a loop without an end. */
enum { kTurnSeconds = 30, kMaximumDeviceRead = 1024 };

static int gReal;
static double gNow;
static struct timespec gNowTaken;

void hostReport(uint8_t type, int32_t id, double value, const void* payload, size_t size)
{
	if (wireIsOpen())
		wireSend(type, id, value, payload, size);
	else if (type == 'G')
		printf("%.*s", (int)size, (const char*)payload);
	else if (type == 'F')
		printf("%.*s\n", (int)size, (const char*)payload);
	else if (type == 'E')
		fprintf(stderr, "%.*s\n", (int)size, (const char*)payload);
}

void hostReportFigures(xsMachine* the)
{
	Figures f;
	char text[512];
	engineFigures(the, &f);
	int length = snprintf(text, sizeof(text),
		"{\"version\":\"%s\",\"computrons\":%llu,\"collections\":%u,\"slotBytes\":%u,\"slots\":%u,\"slotsPeak\":%u,\"chunkBytes\":%u,"
		"\"chunkBytesPeak\":%u,\"heapBytes\":%u}",
		engineVersion(), (unsigned long long)f.computrons, f.collections, f.slotBytes, f.slots, f.slotsPeak, f.chunkBytes, f.chunkBytesPeak,
		f.heapBytes);
	hostReport('F', 0, 0, text, (size_t)length);
}

void hostLeave(int code)
{
	if (wireIsOpen())
		wireFlush();
	fflush(stdout);
	_exit(code);
}

void hostFail(xsMachine* the, int code, const char* why)
{
	if (the)
		hostReportFigures(the);
	hostReport('E', code, 0, why, strlen(why));
	hostLeave(code);
}

void hostFailWithException(xsMachine* the, int code)
{
	static int failing = 0;
	if (failing++)
		hostFail(the, code, "an exception that could not be described");
	char text[4096];
	xsBeginHost(the);
	xsVars(1);
	xsVar(0) = xsException;
	if (xsTypeOf(xsVar(0)) == xsReferenceType && xsTest(xsGet(xsVar(0), xsID("stack"))))
		xsVar(0) = xsGet(xsVar(0), xsID("stack"));
	snprintf(text, sizeof(text), "%s", xsToString(xsVar(0)));
	hostFail(the, code, text);
	xsEndHost(the);
	__builtin_unreachable();
}

static volatile sig_atomic_t gTurn;
static volatile sig_atomic_t gInTurn;

/* Comes after each kTurnSeconds of processor time; the turn in progress has taken them all when it is still the one of last time. */
static void onProcessorTime(int signal)
{
	static const char why[] = "the application did not return from a callback within 30 s of processor time";
	static sig_atomic_t turnLastTime = -1;
	if (!gInTurn || gTurn != turnLastTime) {
		turnLastTime = gInTurn ? gTurn : -1;
		return;
	}
	if (wireIsOpen())
		wireSend('E', kExitTooLong, 0, why, sizeof(why) - 1);
	else
		(void)!write(2, why, sizeof(why) - 1);
	hostLeave(kExitTooLong);
}

static void guardTurns(void)
{
	struct itimerval limit = { { kTurnSeconds, 0 }, { kTurnSeconds, 0 } };
	signal(SIGPROF, onProcessorTime);
	setitimer(ITIMER_PROF, &limit, NULL);
}

static void setNow(double now)
{
	gNow = now;
	clock_gettime(CLOCK_MONOTONIC, &gNowTaken);
}

double hostNow(void)
{
	if (!gReal)
		return gNow;
	struct timespec at;
	clock_gettime(CLOCK_MONOTONIC, &at);
	return gNow + (double)(at.tv_sec - gNowTaken.tv_sec) * 1e3 + (double)(at.tv_nsec - gNowTaken.tv_nsec) / 1e6;
}

/* --- turns --- */

static double gFirstTick;

static void loadApplication(xsMachine* machine)
{
	gInTurn = 1;
	xsBeginHost(machine);
	nativesDefine(the, gFirstTick, gReal);
	xsAwaitImport("main", XS_IMPORT_NAMESPACE);
	xsEndHost(machine);
	engineSettle(machine);
	engineBeginApplication(machine);
	gInTurn = 0;
}

static void dispatch(xsMachine* machine, const Frame* frame)
{
	gTurn++;
	gInTurn = 1;
	xsBeginHost(machine);
	nativesDispatch(the, frame);
	xsEndHost(machine);
	engineSettle(machine);
	gInTurn = 0;
}

static void handle(xsMachine* machine, const Frame* frame)
{
	char number[32];
	setNow(frame->value);
	switch (frame->type) {
	case 'I':
		gReal = frame->id;
		snprintf(number, sizeof(number), "%.*s", (int)frame->size, (const char*)frame->payload);
		gFirstTick = strtod(number, NULL);
		loadApplication(machine);
		break;
	case 'Q':
		hostReportFigures(machine);
		hostLeave(0);
		break;
	default:
		dispatch(machine, frame);
	}
}

/* What came while the application waited for an answer has its turn now. */
static void handlePending(xsMachine* machine)
{
	for (const Frame* frame = nativesTakePending(); frame; frame = nativesTakePending())
		handle(machine, frame);
}

static void onFrame(xsMachine* machine, const Frame* frame)
{
	handle(machine, frame);
	handlePending(machine);
	wireSend('D', 0, 0, NULL, 0);
	wireFlush();
}

static void lockstep(xsMachine* machine)
{
	Frame frame;
	while (wireReceive(&frame))
		onFrame(machine, &frame);
	hostLeave(kExitPeer);
}

static void onDevice(xsMachine* machine, int handle, short events)
{
	uint8_t bytes[kMaximumDeviceRead];
	if ((events & POLLOUT) && devicePump(handle) && deviceHasSent(handle))
		dispatch(machine, &(Frame) { .type = 'w', .id = handle });
	if (events & (POLLIN | POLLHUP | POLLERR)) {
		int count = deviceRead(handle, bytes, sizeof(bytes));
		if (count > 0)
			dispatch(machine, &(Frame) { .type = 'd', .id = handle, .size = (uint32_t)count, .payload = bytes });
		else if (count < 0 || (events & (POLLHUP | POLLERR))) {
			char why[PATH_MAX];
			snprintf(why, sizeof(why), "%s\ngone", devicePath(handle));
			hostFail(machine, kExitPort, why);
		}
	}
	handlePending(machine);
	wireFlush();
}

/* Waits for devices and Node, and serves the devices; whether Node has something. */
static int waitAndServeDevices(xsMachine* machine, int receiveDescriptor)
{
	struct pollfd entries[kDevices + 1];
	devicePoll(entries);
	entries[kDevices].fd = receiveDescriptor;
	entries[kDevices].events = POLLIN;
	entries[kDevices].revents = 0;
	if (poll(entries, kDevices + 1, -1) < 0)
		return 0;
	for (int handle = 0; handle < kDevices; handle++) {
		if (entries[handle].revents)
			onDevice(machine, handle, entries[handle].revents);
	}
	/* A device's callback may have asked something, and read what Node had sent meanwhile. */
	return poll(&entries[kDevices], 1, 0) > 0;
}

static void realTime(xsMachine* machine, int receiveDescriptor)
{
	for (;;) {
		Frame frame;
		if (!wireHasBegun() && !waitAndServeDevices(machine, receiveDescriptor))
			continue;
		if (!wireReceive(&frame))
			hostLeave(kExitPeer);
		onFrame(machine, &frame);
	}
}

static int usage(void)
{
	fprintf(stderr, "usage: xs-host --modules FOLDER --application FILE [--heap BYTES] [--roomy] [--wire RECEIVE,TRANSMIT]\n");
	return kExitUsage;
}

int main(int argc, char** argv)
{
	EngineOptions options = { NULL, NULL, 0, 0 };
	int receive = -1;
	int transmit = -1;
	for (int i = 1; i < argc; i++) {
		const char* next = i + 1 < argc ? argv[i + 1] : "";
		if (!strcmp(argv[i], "--roomy"))
			options.roomy = 1;
		else if (!strcmp(argv[i], "--modules"))
			options.modules = next, i++;
		else if (!strcmp(argv[i], "--application"))
			options.application = next, i++;
		else if (!strcmp(argv[i], "--heap"))
			options.heapLimitBytes = (uint32_t)strtoul(next, NULL, 10), i++;
		else if (!strcmp(argv[i], "--wire") && sscanf(next, "%d,%d", &receive, &transmit) == 2)
			i++;
		else
			return usage();
	}
	if (!options.modules || !options.application)
		return usage();
	signal(SIGPIPE, SIG_IGN);
	guardTurns();
	if (transmit >= 0)
		wireOpen(receive, transmit);
	xsMachine* machine = engineCreate(&options);
	if (!machine)
		hostFail(NULL, kExitMemoryFull, "memory full before the application began");
	if (!wireIsOpen()) {
		loadApplication(machine);
		hostLeave(0);
	}
	Frame frame;
	if (!wireReceive(&frame))
		return kExitPeer;
	onFrame(machine, &frame);
	if (gReal)
		realTime(machine, receive);
	lockstep(machine);
}

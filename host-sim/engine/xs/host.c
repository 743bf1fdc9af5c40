/* Runs one application on XS. Node is the other end of the wire: it owns time, timers, pins, storage and lines in memory; the host owns
 * the engine and, on the real clock, the serial devices. Without a wire it runs the application once and prints (scripts/budget). */
#include "xs.h"
#include "devices.h"
#include "engine.h"
#include "wire.h"
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
static double gFirstTick;
static double gNow;
static struct timespec gNowTaken;
static xsSlot gReceiver;
static int gHasReceiver;

typedef struct Pending {
	struct Pending* next;
	Frame frame;
	uint8_t payload[];
} Pending;
static Pending* gPending;

static void report(uint8_t type, int32_t id, double value, const void* payload, size_t size)
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

static void reportFigures(xsMachine* the)
{
	Figures f;
	char text[512];
	engineFigures(the, &f);
	int length = snprintf(text, sizeof(text),
		"{\"version\":\"%s\",\"computrons\":%llu,\"collections\":%u,\"slotBytes\":%u,\"slots\":%u,\"slotsPeak\":%u,\"chunkBytes\":%u,"
		"\"chunkBytesPeak\":%u,\"heapBytes\":%u}",
		engineVersion(), (unsigned long long)f.computrons, f.collections, f.slotBytes, f.slots, f.slotsPeak, f.chunkBytes, f.chunkBytesPeak,
		f.heapBytes);
	report('F', 0, 0, text, (size_t)length);
}

static void leave(int code)
{
	if (wireIsOpen())
		wireFlush();
	fflush(stdout);
	_exit(code);
}

void hostFail(xsMachine* the, int code, const char* why)
{
	if (the)
		reportFigures(the);
	report('E', code, 0, why, strlen(why));
	leave(code);
	for (;;) {
	}
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
	for (;;) {
	}
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
	leave(kExitTooLong);
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

static double now(void)
{
	if (!gReal)
		return gNow;
	struct timespec at;
	clock_gettime(CLOCK_MONOTONIC, &at);
	return gNow + (double)(at.tv_sec - gNowTaken.tv_sec) * 1e3 + (double)(at.tv_nsec - gNowTaken.tv_nsec) / 1e6;
}

/* --- what the platform's modules call (native.js says how) --- */

/* The payload of send and ask: text, an ArrayBuffer or nothing. Copied at once, so that no collection can move it. */
static void sendArguments(xsMachine* the)
{
	uint8_t type = (uint8_t)xsToInteger(xsArg(0));
	int32_t id = (int32_t)xsToInteger(xsArg(1));
	double value = xsToNumber(xsArg(2));
	const void* payload = NULL;
	size_t size = 0;
	if (xsToInteger(xsArgc) > 3) {
		if (xsTypeOf(xsArg(3)) == xsStringType || xsTypeOf(xsArg(3)) == xsStringXType) {
			payload = xsToString(xsArg(3));
			size = strlen(payload);
		}
		else if (xsTypeOf(xsArg(3)) == xsReferenceType) {
			payload = xsToArrayBuffer(xsArg(3));
			size = (size_t)xsGetArrayBufferLength(xsArg(3));
		}
	}
	report(type, id, value, payload, size);
}

static void hostSend(xsMachine* the)
{
	sendArguments(the);
}

static void putOff(const Frame* frame)
{
	Pending* pending = malloc(sizeof(Pending) + frame->size);
	if (!pending)
		leave(kExitMemoryFull);
	pending->next = NULL;
	pending->frame = *frame;
	memcpy(pending->payload, frame->payload, frame->size);
	pending->frame.payload = pending->payload;
	Pending** address = &gPending;
	while (*address)
		address = &(*address)->next;
	*address = pending;
}

/* Node answers a question with `R`: id 0 nothing, 1 a number, 2 bytes. What else arrives meanwhile waits for its turn. */
static void hostAsk(xsMachine* the)
{
	Frame frame;
	sendArguments(the);
	if (!wireIsOpen())
		return;
	wireFlush();
	for (;;) {
		if (!wireReceive(&frame))
			leave(kExitPeer);
		if (frame.type == 'R')
			break;
		putOff(&frame);
	}
	if (frame.id == 1)
		xsResult = xsNumber(frame.value);
	else if (frame.id == 2)
		xsResult = xsArrayBuffer((void*)frame.payload, (xsIntegerValue)frame.size);
}

static void hostNow(xsMachine* the)
{
	xsResult = xsNumber(now());
}

static void hostReceive(xsMachine* the)
{
	gReceiver = xsArg(0);
	xsRemember(gReceiver);
	gHasReceiver = 1;
}

static void hostOpenSerial(xsMachine* the)
{
	char path[PATH_MAX];
	char why[PATH_MAX + 256];
	xsToStringBuffer(xsArg(0), path, sizeof(path));
	SerialLine line = { xsToInteger(xsArg(1)), xsToInteger(xsArg(2)), xsToInteger(xsArg(3)), *xsToString(xsArg(4)) };
	int handle = deviceOpen(path, &line, why, sizeof(why));
	if (handle < 0)
		hostFail(the, kExitPort, why);
	xsResult = xsInteger(handle);
}

static void hostWriteSerial(xsMachine* the)
{
	int handle = xsToInteger(xsArg(0));
	if (!deviceWrite(handle, xsToArrayBuffer(xsArg(1)), (size_t)xsGetArrayBufferLength(xsArg(1))))
		xsUnknownError("Serial.write: more than what onWritable announced");
	devicePump(handle);
}

static void hostCloseSerial(xsMachine* the)
{
	deviceClose(xsToInteger(xsArg(0)));
}

static void hostCollect(xsMachine* the)
{
	engineCollect(the);
	engineForgetPeaks(the);
}

static void hostFigures(xsMachine* the)
{
	reportFigures(the);
}

static void hostComputrons(xsMachine* the)
{
	Figures f;
	engineFigures(the, &f);
	xsResult = xsNumber((double)f.computrons);
}

static void hostFailNow(xsMachine* the)
{
	char why[1024];
	xsToStringBuffer(xsArg(1), why, sizeof(why));
	hostFail(the, xsToInteger(xsArg(0)), why);
}

static const struct {
	const char* name;
	xsCallback callback;
	int length;
} gFunctions[] = {
	{ "send", hostSend, 4 },
	{ "ask", hostAsk, 4 },
	{ "now", hostNow, 0 },
	{ "receive", hostReceive, 1 },
	{ "openSerial", hostOpenSerial, 5 },
	{ "writeSerial", hostWriteSerial, 2 },
	{ "closeSerial", hostCloseSerial, 1 },
	{ "collect", hostCollect, 0 },
	{ "figures", hostFigures, 0 },
	{ "computrons", hostComputrons, 0 },
	{ "fail", hostFailNow, 2 },
};

/* --- turns --- */

static void loadApplication(xsMachine* machine)
{
	gInTurn = 1;
	xsBeginHost(machine);
	xsVars(1);
	xsVar(0) = xsNewObject();
	for (size_t i = 0; i < sizeof(gFunctions) / sizeof(gFunctions[0]); i++)
		xsSet(xsVar(0), xsID(gFunctions[i].name), xsNewHostFunction(gFunctions[i].callback, gFunctions[i].length));
	xsSet(xsVar(0), xsID("firstTick"), xsNumber(gFirstTick));
	xsSet(xsVar(0), xsID("isRealTime"), xsBoolean(gReal));
	/* native.js takes it off the global object before any application code runs. */
	xsSet(xsGlobal, xsID("xsCellularHost"), xsVar(0));
	xsAwaitImport("main", XS_IMPORT_NAMESPACE);
	xsEndHost(machine);
	engineSettle(machine);
	gInTurn = 0;
}

static void dispatch(xsMachine* machine, uint8_t type, int32_t id, const void* payload, size_t size)
{
	if (!gHasReceiver)
		return;
	gTurn++;
	gInTurn = 1;
	xsBeginHost(machine);
	xsVars(1);
	if (payload)
		xsVar(0) = xsArrayBuffer((void*)payload, (xsIntegerValue)size);
	xsCallFunction3(gReceiver, xsGlobal, xsInteger(type), xsInteger(id), xsVar(0));
	xsEndHost(machine);
	engineSettle(machine);
	gInTurn = 0;
}

static void onFrame(xsMachine* machine, const Frame* frame)
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
		reportFigures(machine);
		leave(0);
		break;
	default:
		dispatch(machine, frame->type, frame->id, frame->payload, frame->size);
	}
	while (gPending) {
		Pending* pending = gPending;
		gPending = pending->next;
		onFrame(machine, &pending->frame);
		free(pending);
	}
	wireSend('D', 0, 0, NULL, 0);
	wireFlush();
}

static void lockstep(xsMachine* machine)
{
	Frame frame;
	while (wireReceive(&frame))
		onFrame(machine, &frame);
	leave(kExitPeer);
}

static void onDevice(xsMachine* machine, int handle, short events)
{
	uint8_t bytes[kMaximumDeviceRead];
	if (events & POLLOUT) {
		if (devicePump(handle) && deviceHasSent(handle))
			dispatch(machine, 'w', handle, NULL, 0);
	}
	if (events & (POLLIN | POLLHUP | POLLERR)) {
		int count = deviceRead(handle, bytes, sizeof(bytes));
		if (count > 0)
			dispatch(machine, 'd', handle, bytes, (size_t)count);
		else if (count < 0 || (events & (POLLHUP | POLLERR))) {
			char why[PATH_MAX];
			snprintf(why, sizeof(why), "%s\ngone", devicePath(handle));
			hostFail(machine, kExitPort, why);
		}
	}
	wireFlush();
}

static void realTime(xsMachine* machine, int receiveDescriptor)
{
	for (;;) {
		struct pollfd entries[kDevices + 1];
		devicePoll(entries);
		entries[kDevices].fd = receiveDescriptor;
		entries[kDevices].events = POLLIN;
		entries[kDevices].revents = 0;
		if (poll(entries, kDevices + 1, -1) < 0)
			continue;
		for (int handle = 0; handle < kDevices; handle++) {
			if (entries[handle].revents)
				onDevice(machine, handle, entries[handle].revents);
		}
		if (entries[kDevices].revents) {
			Frame frame;
			if (!wireReceive(&frame))
				leave(kExitPeer);
			onFrame(machine, &frame);
		}
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
		leave(0);
	}
	Frame frame;
	if (!wireReceive(&frame))
		return kExitPeer;
	onFrame(machine, &frame);
	if (gReal)
		realTime(machine, receive);
	lockstep(machine);
}

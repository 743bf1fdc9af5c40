#include "xs.h"
#include "devices.h"
#include "engine.h"
#include "host.h"
#include "natives.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static xsSlot gReceiver;
static int gHasReceiver;

/* Frames that came while the application waited for an answer. */
typedef struct Pending {
	struct Pending* next;
	Frame frame;
	uint8_t payload[];
} Pending;
static Pending* gPending;
static Pending* gTaken;

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
	hostReport(type, id, value, payload, size);
}

static void nativeSend(xsMachine* the)
{
	sendArguments(the);
}

static void putOff(const Frame* frame)
{
	Pending* pending = malloc(sizeof(Pending) + frame->size);
	if (!pending)
		hostLeave(kExitMemoryFull);
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
static void nativeAsk(xsMachine* the)
{
	Frame frame;
	sendArguments(the);
	if (!wireIsOpen())
		return;
	wireFlush();
	for (;;) {
		if (!wireReceive(&frame))
			hostLeave(kExitPeer);
		if (frame.type == 'R')
			break;
		putOff(&frame);
	}
	if (frame.id == 1)
		xsResult = xsNumber(frame.value);
	else if (frame.id == 2)
		xsResult = xsArrayBuffer((void*)frame.payload, (xsIntegerValue)frame.size);
}

static void nativeNow(xsMachine* the)
{
	xsResult = xsNumber(hostNow());
}

static void nativeReceive(xsMachine* the)
{
	gReceiver = xsArg(0);
	xsRemember(gReceiver);
	gHasReceiver = 1;
}

static void nativeOpenSerial(xsMachine* the)
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

static void nativeWriteSerial(xsMachine* the)
{
	int handle = xsToInteger(xsArg(0));
	if (!deviceWrite(handle, xsToArrayBuffer(xsArg(1)), (size_t)xsGetArrayBufferLength(xsArg(1))))
		xsUnknownError("Serial.write: more than what onWritable announced");
	devicePump(handle);
}

static void nativeCloseSerial(xsMachine* the)
{
	deviceClose(xsToInteger(xsArg(0)));
}

static void nativeCollect(xsMachine* the)
{
	engineCollect(the);
	engineForgetPeaks(the);
}

static void nativeFigures(xsMachine* the)
{
	hostReportFigures(the);
}

static void nativeComputrons(xsMachine* the)
{
	Figures f;
	engineFigures(the, &f);
	xsResult = xsNumber((double)f.computrons);
}

static const struct {
	const char* name;
	xsCallback callback;
	int length;
} gFunctions[] = {
	{ "send", nativeSend, 4 },
	{ "ask", nativeAsk, 4 },
	{ "now", nativeNow, 0 },
	{ "receive", nativeReceive, 1 },
	{ "openSerial", nativeOpenSerial, 5 },
	{ "writeSerial", nativeWriteSerial, 2 },
	{ "closeSerial", nativeCloseSerial, 1 },
	{ "collect", nativeCollect, 0 },
	{ "figures", nativeFigures, 0 },
	{ "computrons", nativeComputrons, 0 },
};

void nativesDefine(xsMachine* the, double firstTick, int isRealTime)
{
	xsVars(1);
	xsVar(0) = xsNewObject();
	for (size_t i = 0; i < sizeof(gFunctions) / sizeof(gFunctions[0]); i++)
		xsSet(xsVar(0), xsID(gFunctions[i].name), xsNewHostFunction(gFunctions[i].callback, gFunctions[i].length));
	xsSet(xsVar(0), xsID("firstTick"), xsNumber(firstTick));
	xsSet(xsVar(0), xsID("isRealTime"), xsBoolean(isRealTime));
	xsSet(xsGlobal, xsID("xsCellularHost"), xsVar(0));
}

void nativesDispatch(xsMachine* the, const Frame* frame)
{
	if (!gHasReceiver)
		return;
	xsVars(1);
	if (frame->size)
		xsVar(0) = xsArrayBuffer((void*)frame->payload, (xsIntegerValue)frame->size);
	xsCallFunction3(gReceiver, xsGlobal, xsInteger(frame->type), xsInteger(frame->id), xsVar(0));
}

const Frame* nativesTakePending(void)
{
	free(gTaken);
	gTaken = gPending;
	if (!gTaken)
		return NULL;
	gPending = gTaken->next;
	return &gTaken->frame;
}

#include "xsAll.h"
#include "xsScript.h"
#include "engine.h"
#include <sys/mman.h>

/* --- memory: one arena, blocks that never touch, so that what XS decides by address is the same in every run --- */

enum {
	kBlockGapBytes = 64,
	kDeviceSlots = 4928, /* Moddable SDK 8.2.3, the fixed pool of an ESP32 */
};
#if INTPTR_MAX == INT64_MAX
static const size_t gArenaBytes = (size_t)1 << 30;
#else
static const size_t gArenaBytes = (size_t)256 << 20;
#endif

static EngineOptions gOptions;
static uint8_t* gArena;
static size_t gArenaUsed;
static size_t gHeapBytes;
static uint32_t gCollections;
static uint64_t gComputrons;

static void* allocateBlock(size_t bytes)
{
	if (gOptions.heapLimitBytes && gHeapBytes + bytes > gOptions.heapLimitBytes)
		return NULL;
	size_t aligned = (bytes + 15) & ~(size_t)15;
	if (gArenaUsed + aligned + kBlockGapBytes > gArenaBytes)
		return NULL;
	void* block = gArena + gArenaUsed;
	gArenaUsed += aligned + kBlockGapBytes;
	gHeapBytes += bytes;
	return block;
}

void* fxAllocateChunks(txMachine* the, txSize size)
{
	return allocateBlock((size_t)size);
}

/* Blocks live as long as the machine, and the machine as long as the process. */
void fxFreeChunks(txMachine* the, void* chunks)
{
}

txSlot* fxAllocateSlots(txMachine* the, txSize count)
{
	return allocateBlock((size_t)count * sizeof(txSlot));
}

void fxFreeSlots(txMachine* the, void* slots)
{
}

void fxCreateMachinePlatform(txMachine* the)
{
	the->promiseJobs = 0;
}

void fxDeleteMachinePlatform(txMachine* the)
{
}

/* --- modules: "application" is the bundle, `./x.js` is beside its importer, any other specifier a file of the platform's folder --- */

static void platformPath(const char* specifier, char* path, size_t size)
{
	int length = snprintf(path, size, "%s/", gOptions.modules);
	for (; *specifier && (size_t)length < size - 4; specifier++)
		path[length++] = (*specifier == ':' || *specifier == '/') ? '-' : *specifier;
	snprintf(path + length, size - length, ".js");
}

txID fxFindModule(txMachine* the, txSlot* realm, txID importer, txSlot* slot)
{
	char specifier[512];
	char path[C_PATH_MAX];
	fxToStringBuffer(the, slot, specifier, sizeof(specifier));
	if (!strcmp(specifier, "application"))
		snprintf(path, sizeof(path), "%s", gOptions.application);
	else if (specifier[0] == '.' && specifier[1] == '/' && importer != XS_NO_ID) {
		snprintf(path, sizeof(path), "%s", fxGetKeyName(the, importer));
		char* slash = strrchr(path, '/');
		size_t folder = slash ? (size_t)(slash - path) : 0;
		snprintf(path + folder, sizeof(path) - folder, "%s", specifier + 1);
	}
	else
		platformPath(specifier, path, sizeof(path));
	if (access(path, R_OK))
		return XS_NO_ID;
	return fxNewNameC(the, path);
}

static txScript* loadScript(txMachine* the, txString path)
{
	txParser parserStorage;
	txParser* parser = &parserStorage;
	txParserJump jump;
	txScript* volatile script = NULL;
	FILE* volatile file = fopen(path, "r");
	if (!file)
		return NULL;
	fxInitializeParser(parser, the, the->parserBufferSize, the->parserTableModulo);
	parser->firstJump = &jump;
	if (c_setjmp(jump.jmp_buf) == 0) {
		parser->path = fxNewParserSymbol(parser, path);
		fxParserTree(parser, file, (txGetter)fgetc, 0, NULL);
		fxParserHoist(parser);
		fxParserBind(parser);
		script = fxParserCode(parser);
	}
	fclose(file);
	fxTerminateParser(parser);
	return script;
}

/* An instruction with an operand of 1, 2 or 4 bytes, in a table that has the three sizes in this order. */
static void replace(txU1* code, txU1 from, txU1 to)
{
	if (*code >= from && *code <= from + 2)
		*code = (txU1)(*code - from + to);
}

/* The identifiers of a script's symbols: its code has their places in this table until they are put in. The caller frees it. */
static txID* readSymbols(txMachine* the, txScript* script)
{
	txU1* symbols = (txU1*)script->symbolsBuffer;
	txID count;
	mxDecodeID(symbols, count);
	txID* ids = calloc((size_t)count, sizeof(txID));
	if (!ids)
		fxAbort(the, XS_NOT_ENOUGH_MEMORY_EXIT);
	ids[0] = XS_NO_ID;
	for (txID i = 1; i < count; i++) {
		ids[i] = fxNewNameC(the, (txString)symbols);
		symbols += strlen((char*)symbols) + 1;
	}
	return ids;
}

/* A device runs its byte code where the linker put it, in flash: a function points to its code and a literal text to its bytes. Text that
   is parsed at run time would copy both to the heap, each time they are evaluated. So the code is changed to the linker's form, symbols
   and all, and stays where the parser left it, outside the heap. */
static void placeInFlash(txMachine* the, txScript* script)
{
	txID* ids = readSymbols(the, script);
	txU1* code = (txU1*)script->codeBuffer;
	txU1* end = code + script->codeSize;
	while (code < end) {
		txU1* operand = code + 1;
		txS1 size = gxCodeSizes[*code];
		replace(code, XS_CODE_STRING_1, XS_CODE_STRING_ARCHIVE_1);
		replace(code, XS_CODE_CODE_1, XS_CODE_CODE_ARCHIVE_1);
		if (size > 0)
			code += size;
		else if (size == 0) {
			txID id;
			code = operand;
			mxDecodeID(code, id);
			if (id != XS_NO_ID)
				mxEncodeID(operand, ids[id]);
		}
		else if (size == -1)
			code = operand + 1 + *operand;
		else if (size == -2)
			code = operand + 2 + c_read16(operand);
		else
			code = operand + 4 + c_read32(operand);
	}
	free(ids);
	free(script->symbolsBuffer);
	/* Without symbols XS takes it for linked code, and neither maps nor frees it. */
	script->symbolsBuffer = NULL;
}

void fxLoadModule(txMachine* the, txSlot* module, txID moduleID)
{
	txScript* script = loadScript(the, fxGetKeyName(the, moduleID));
	if (!script)
		return;
	placeInFlash(the, script);
	fxResolveModule(the, module, moduleID, script, C_NULL, C_NULL);
}

/* --- jobs --- */

void fxQueuePromiseJobs(txMachine* the)
{
	the->promiseJobs = 1;
}

void engineSettle(txMachine* the)
{
	while (the->promiseJobs) {
		the->promiseJobs = 0;
		fxRunPromiseJobs(the);
	}
	fxEndJob(the);
	/* Node ends a process for a rejection that nobody took by the end of the turn: so do we, rather than at some later collection. */
	fxCheckUnhandledRejections(the, 1);
	gComputrons += the->meterIndex;
	the->meterIndex = 0;
}

void fxAbort(txMachine* the, int status)
{
	switch (status) {
	case XS_NOT_ENOUGH_MEMORY_EXIT:
		hostFail(the, kExitMemoryFull, "memory full");
	case XS_STACK_OVERFLOW_EXIT:
		hostFail(the, kExitStackOverflow, "stack overflow");
	case XS_UNHANDLED_EXCEPTION_EXIT:
		hostFailWithException(the, kExitException);
	case XS_UNHANDLED_REJECTION_EXIT:
		hostFailWithException(the, kExitRejection);
	case XS_NO_MORE_KEYS_EXIT:
		hostFail(the, kExitEngine, "no more property keys");
	default:
		hostFail(the, kExitEngine, "the engine stopped");
	}
}

/* --- figures --- */

/* XS calls the marker of a living host object once in each collection. */
static void countCollection(txMachine* the, void* data, txMarkRoot markRoot)
{
	gCollections++;
}

static const txHostHooks gWitnessHooks = { NULL, countCollection, NULL };
static txSlot gWitness;

static void plantWitness(txMachine* the)
{
	fxBeginHost(the);
	fxNewHostObject(the, NULL);
	fxSetHostHooks(the, the->stack, &gWitnessHooks);
	fxSetHostData(the, the->stack, &gCollections);
	gWitness = *the->stack;
	fxRemember(the, &gWitness);
	the->stack++;
	fxEndHost(the);
}

txMachine* engineCreate(const EngineOptions* options)
{
	gOptions = *options;
	gArena = mmap(NULL, gArenaBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (gArena == MAP_FAILED)
		return NULL;
	/* The first blocks hold what a device has in flash: the built-ins and the modules. */
	txCreation creation = {
		.initialChunkSize = options->roomy ? 64 << 20 : 160 * 1024,
		.incrementalChunkSize = 16 * 1024,
		.initialHeapCount = options->roomy ? 1 << 20 : 12 * 1024,
		.incrementalHeapCount = 1024,
		.stackCount = 2048,
		.initialKeyCount = 2048,
		.incrementalKeyCount = 512,
		.nameModulo = 1993,
		.symbolModulo = 127,
		.parserBufferSize = 64 * 1024,
		.parserTableModulo = 1993,
		.staticSize = 0,
	};
	txMachine* the = fxCreateMachine(&creation, "xs-cellular", NULL, XS_NO_ID);
	if (the)
		plantWitness(the);
	return the;
}

void engineCollect(txMachine* the)
{
	fxCollectGarbage(the);
}

extern void fxGrowSlots(txMachine* the, txSize count);

void engineBeginApplication(txMachine* the)
{
	fxCollectGarbage(the);
	txSize free = the->maximumHeapCount - the->currentHeapCount;
	if (free < kDeviceSlots)
		fxGrowSlots(the, kDeviceSlots - free);
	gCollections = 0;
}

void engineForgetPeaks(txMachine* the)
{
	the->peakHeapCount = the->currentHeapCount;
	the->peakChunksSize = the->currentChunksSize;
}

void engineFigures(txMachine* the, Figures* figures)
{
	gComputrons += the->meterIndex;
	the->meterIndex = 0;
	figures->computrons = gComputrons;
	figures->collections = gCollections;
	figures->slotBytes = sizeof(txSlot);
	figures->slots = the->currentHeapCount;
	figures->slotsPeak = the->peakHeapCount;
	figures->chunkBytes = the->currentChunksSize;
	figures->chunkBytesPeak = the->peakChunksSize;
	figures->heapBytes = gHeapBytes;
}

#define kText(X) #X
#define kNumber(X) kText(X)
const char* engineVersion(void)
{
	return kNumber(XS_MAJOR_VERSION) "." kNumber(XS_MINOR_VERSION) "." kNumber(XS_PATCH_VERSION);
}

/* The engine's side of the host: memory, modules, jobs and figures. engine.c sees the insides of XS, nobody else does. */
#ifndef XS_CELLULAR_ENGINE_H
#define XS_CELLULAR_ENGINE_H

#include <stddef.h>
#include <stdint.h>

/* Exit codes of the host; host-sim/engine/xs-frames.ts has the same list. */
enum {
	kExitUsage = 2,
	kExitException = 10,
	kExitRejection = 11,
	kExitMemoryFull = 12,
	kExitStackOverflow = 13,
	kExitEngine = 14,
	kExitTooLong = 15,
	kExitPort = 16,
	kExitPeer = 17,
};

/* The one machine has two names: XS's own inside (xsAll.h) and the public one (xs.h). Include this after either. */
#ifdef __XSALL__
typedef txMachine Machine;
#else
typedef xsMachine Machine;
#endif

typedef struct {
	uint64_t computrons;
	uint32_t collections;
	uint32_t slotBytes;
	uint32_t slots;
	uint32_t slotsPeak;
	uint32_t chunkBytes;
	uint32_t chunkBytesPeak;
	uint32_t heapBytes;
} Figures;

typedef struct {
	const char* modules; /* folder of the platform's modules */
	const char* application; /* file of the bundle */
	uint32_t heapLimitBytes; /* 0: none but the arena's */
	int roomy; /* begin with a heap so large that nothing is collected: what is in use then grows by what is allocated */
} EngineOptions;

/* The machine, or NULL. Only one per process. */
Machine* engineCreate(const EngineOptions* options);
/* Runs promise jobs until none is left; an unhandled rejection ends the process. */
void engineSettle(Machine* the);
void engineCollect(Machine* the);
/* The modules are loaded, which a device has in flash: leaves the application as many free slots as an ESP32 does, and counts collections from here. */
void engineBeginApplication(Machine* the);
/* Peaks begin again at what is in use now. */
void engineForgetPeaks(Machine* the);
void engineFigures(Machine* the, Figures* figures);
const char* engineVersion(void);

/* Implemented by host.c: says why over the wire, then exits with `code`. */
void hostFail(Machine* the, int code, const char* why) __attribute__((noreturn));
/* The same with the text and stack of the exception that XS holds. */
void hostFailWithException(Machine* the, int code) __attribute__((noreturn));

#endif

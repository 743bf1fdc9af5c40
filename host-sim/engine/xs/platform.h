/* What XS asks of a platform (its XSPLATFORM header). Written against XS 13.3 on Linux with gcc. */
#ifndef XS_CELLULAR_PLATFORM_H
#define XS_CELLULAR_PLATFORM_H

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#undef mxLittleEndian
#define mxLittleEndian 1
#undef mxLinux
#define mxLinux 1
#define mxExport extern
#define mxImport extern
#define XS_FUNCTION_NORETURN __attribute__((noreturn))
#define mxUseGCCAtomics 1
#define mxUsePOSIXThreads 1

/* Atomics.wait between machines is not for an application of ours, but XS compiles its waiters. */
#define mxMachinePlatform \
	void* waiterCondition; \
	void* waiterData; \
	void* waiterLink; \
	int promiseJobs;

#define mxUseDefaultBuildKeys 1
#define mxUseDefaultParseScript 1
#define mxUseDefaultSharedChunks 1

#endif

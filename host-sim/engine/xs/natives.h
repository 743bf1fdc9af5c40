/* What the platform's modules call; native.js says how. */
#ifndef XS_CELLULAR_NATIVES_H
#define XS_CELLULAR_NATIVES_H

#include "wire.h"

/* Puts the functions on the global object, where native.js takes them off before any application code runs. */
void nativesDefine(xsMachine* the, double firstTick, int isRealTime);
/* Calls what native.js registered. */
void nativesDispatch(xsMachine* the, const Frame* frame);
/* A frame that came while the application waited for an answer to a question; valid until the next call. */
const Frame* nativesTakePending(void);

#endif

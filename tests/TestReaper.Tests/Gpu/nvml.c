// A stand-in for libnvidia-ml.so.1. Its behaviour is read at each call from the file LIBRARY.state, lines of "key number", which a test
// may change at any time. LIBRARY.calls gets a line for each initialization, each shutdown and each call that hangs. Functions that a
// library may lack are left out by macros. Keys: dN. is device N; the MIG instances of device N are the devices (N + 1) * 100 + i.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NONE (-1000000)
#define RESERVED (512LL << 20)

typedef struct { uint64_t total, free, used; } memory1;
typedef struct { uint32_t version; uint64_t total, reserved, free, used; } memory2;

static const char *file(const char *suffix)
{
    static __thread char path[4096];
    Dl_info info;
    dladdr((void *)file, &info);
    snprintf(path, sizeof path, "%s%s", info.dli_fname, suffix);
    return path;
}

static long long get(const char *key, long long otherwise)
{
    FILE *state = fopen(file(".state"), "r");
    char name[64];
    long long value, found = otherwise;
    while (state && fscanf(state, "%63s %lld", name, &value) == 2)
        if (strcmp(name, key) == 0)
            found = value;
    if (state)
        fclose(state);
    return found;
}

static long long of(long device, const char *key, long long otherwise)
{
    char name[64];
    snprintf(name, sizeof name, "d%ld.%s", device, key);
    return get(name, otherwise);
}

static void count_call(const char *name)
{
    FILE *calls = fopen(file(".calls"), "a");
    if (calls) {
        fprintf(calls, "%s\n", name);
        fclose(calls);
    }
}

static void hang_if(const char *key)
{
    if (get(key, 0))
        count_call("hang");
    while (get(key, 0))
        usleep(10000);
}

int nvmlInit_v2(void)
{
    static int calls;
    count_call("init");
    if (calls++ == 0)
        usleep(1000 * get("init_ms", 0));
    hang_if("hang_init");
    return get("init", 0);
}

int nvmlShutdown(void) { count_call("shutdown"); return 0; }

const char *nvmlErrorString(int code) { return code == 10 ? "Timeout" : "Some error"; }

int nvmlDeviceGetCount_v2(unsigned *count) { *count = get("count", 0); return 0; }

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device)
{
    int code = of(index, "handle", 0);
    *device = (void *)(uintptr_t)(code ? 0 : index + 1);
    return code;
}

static long number(void *device) { return (long)(uintptr_t)device - 1; }

int nvmlDeviceGetUUID(void *device, char *text, unsigned length)
{
    snprintf(text, length, number(device) >= 100 ? "MIG-%ld" : "GPU-%ld", number(device));
    return 0;
}

static int put(void *device, int code, const uint64_t values[3], void *memory, int isV2)
{
    if (code)
        return code;
    if (isV2)
        *(memory2 *)memory = (memory2){ 0x02000028, values[0], RESERVED, values[0] - RESERVED - values[1], values[1] };
    else
        *(memory1 *)memory = (memory1){ values[0], values[0] - values[2], values[2] };
    return 0;
}

static void numbers(void *device, uint64_t values[3])
{
    values[0] = of(number(device), "total", 80LL << 30);
    values[1] = of(number(device), "used", 4LL << 20);

    // Used memory that every second reading shows.
    static long calls;
    if (calls++ % 2)
        values[1] = of(number(device), "flicker", values[1]);
    values[2] = values[0] ? values[1] + RESERVED : 0;
}

int nvmlDeviceGetMemoryInfo(void *device, void *memory)
{
    uint64_t values[3];
    numbers(device, values);
    hang_if("hang_memory");
    return put(device, of(number(device), "memory1", 0), values, memory, 0);
}

#ifndef NO_MEMORY_V2
int nvmlDeviceGetMemoryInfo_v2(void *device, void *memory)
{
    uint64_t values[3];
    numbers(device, values);
    hang_if("hang_memory");
    return ((memory2 *)memory)->version == 0x02000028
        ? put(device, of(number(device), "memory2", 0), values, memory, 1)
        : 25;
}
#endif

__attribute__((unused)) static int list(void *device, unsigned *count, char *records, const char *kind, int stride)
{
    char key[64];
    unsigned capacity = *count, needed = 0;
    hang_if("hang_processes");
    snprintf(key, sizeof key, "%s_code", kind);
    int code = of(number(device), key, 0);
    if (code)
        return code;

    // A list that has grown each time the caller asks again, "grow" times.
    static long grown;
    if (grown < of(number(device), "grow", 0)) {
        grown++;
        *count = capacity + 5;
        return 7;
    }

    for (;; needed++) {
        snprintf(key, sizeof key, "%s%u.pid", kind, needed);
        long long pid = of(number(device), key, NONE);
        if (pid == NONE)
            break;
        snprintf(key, sizeof key, "%s%u.bytes", kind, needed);
        uint64_t bytes = of(number(device), key, 0);
        if (needed < capacity) {
            char *record = records + (size_t)needed * stride;
            uint32_t id = pid, none = UINT32_MAX;
            memcpy(record, &id, 4);
            memcpy(record + 8, &bytes, 8);
            if (stride >= 24) {
                memcpy(record + 16, &none, 4);
                memcpy(record + 20, &none, 4);
            }
            if (stride >= 32)
                memset(record + 24, 0, 8);
        }
    }
    *count = needed;
    return needed > capacity ? 7 : 0;
}

#define LIST(NAME, KIND, STRIDE) \
    int NAME(void *device, unsigned *count, void *records) { return list(device, count, records, KIND, STRIDE); }

#ifndef NO_LISTS
LIST(nvmlDeviceGetComputeRunningProcesses, "p", 16)
#ifndef V1_ONLY
LIST(nvmlDeviceGetComputeRunningProcesses_v2, "p", get("stride", 24))
#ifndef V2_ONLY
LIST(nvmlDeviceGetComputeRunningProcesses_v3, "p", get("stride", 24))
LIST(nvmlDeviceGetGraphicsRunningProcesses_v3, "g", get("stride", 24))
LIST(nvmlDeviceGetMPSComputeRunningProcesses_v3, "m", get("stride", 24))
#endif
#endif
#endif

#ifndef NO_DETAILS
int nvmlDeviceGetName(void *device, char *text, unsigned length)
{
    snprintf(text, length, number(device) >= 100 ? "Stand-in MIG 1g.10gb" : "Stand-in GPU");
    return 0;
}

int nvmlDeviceGetPciInfo_v3(void *device, char *info)
{
    memset(info, 0, 68);
    snprintf(info + 36, 32, "00000000:%02lX:00.0", 0x4a + number(device) % 100);
    return 0;
}

int nvmlDeviceGetCudaComputeCapability(void *device, int *major, int *minor)
{
    *major = 9;
    *minor = 0;
    return 0;
}

int nvmlDeviceGetMigMode(void *device, unsigned *current, unsigned *pending)
{
    *current = *pending = of(number(device), "mig", 0);
    return 0;
}

int nvmlDeviceGetMaxMigDeviceCount(void *device, unsigned *count)
{
    *count = of(number(device), "instances", 0);
    return 0;
}

int nvmlDeviceGetMigDeviceHandleByIndex(void *device, unsigned index, void **instance)
{
    long mine = (number(device) + 1) * 100 + index;
    int code = of(mine, "handle", 0);
    *instance = (void *)(uintptr_t)(code ? 0 : mine + 1);
    return code;
}
#endif

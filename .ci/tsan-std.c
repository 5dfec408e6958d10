/* What the thread sanitizer must be told of the prebuilt standard library.
 *
 * Its code is not instrumented. Where it is generic or inline it is compiled with ours, and so its fast
 * paths are seen: a lock that is free is taken and given back by atomics that the sanitizer knows. The
 * slow paths are in the library. There a lock is acquired unseen, and all that it protects looks like
 * a race.
 *
 * The linker has calls of those paths go through here (`--wrap`), and each wrapper says what its
 * function does: no more than the function itself promises. So nothing is suppressed for them, and what
 * a lock does not protect is still a race. */

void __tsan_acquire(void *);
void __tsan_release(void *);

#define ARGUMENTS long a, long b, long c, long d, long e, long f
#define WRAP(name, before, after)             \
    long __real_##name(ARGUMENTS);            \
    long __wrap_##name(ARGUMENTS) {           \
        before;                               \
        long result = __real_##name(a, b, c, d, e, f); \
        after;                                \
        return result;                        \
    }

/* The lock is taken: what its holders did before is ours. Giving it back is inline. */
#define LOCK(name) WRAP(name, , __tsan_acquire((void *)a))

/* Gives the mutex back, which is the second argument, and takes it again. */
#define WAIT(name) WRAP(name, __tsan_release((void *)b), __tsan_acquire((void *)b))

/* Runs the initialiser, or has seen another do it; who asks later reads the state inline. */
#define ONCE(name) WRAP(name, , (__tsan_acquire((void *)a), __tsan_release((void *)a)))

WRAPPERS

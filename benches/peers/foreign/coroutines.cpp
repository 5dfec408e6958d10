// The programs on coroutines of C++20 and a loop, written by hand: a queue of handles, one thread.
//
// Arguments: the program, its number, how many operations, how many threads.
// Prints the nanoseconds of the processor and on the wall, and the most bytes, or "none".

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <utility>
#include <vector>

static uint64_t status_bytes(const char *line) {
    uint64_t kibibytes = 0;
    char text[256];
    if (FILE *status = std::fopen("/proc/self/status", "r")) {
        while (std::fgets(text, sizeof text, status))
            if (std::strncmp(text, line, std::strlen(line)) == 0)
                kibibytes = std::strtoull(text + std::strlen(line), nullptr, 10);
        std::fclose(status);
    }
    return kibibytes * 1024;
}

static uint64_t cpu_ns() {
    timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return uint64_t(time.tv_sec) * 1'000'000'000 + uint64_t(time.tv_nsec);
}

class Meter {
    uint64_t resident = status_bytes("VmRSS:");
    uint64_t cpu = cpu_ns();
    std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();

public:
    void stop() {
        auto wall = std::chrono::steady_clock::now() - started;
        uint64_t used = cpu_ns() - cpu;
        uint64_t peak = status_bytes("VmHWM:");
        auto wall_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(wall).count();
        std::printf("%llu %llu %llu\n", (unsigned long long)used, (unsigned long long)wall_ns,
                    (unsigned long long)(peak > resident ? peak - resident : 0));
    }
};

static std::deque<std::coroutine_handle<>> ready;

// Owns its frame. Starts when it is put into the queue or awaited; resumes who awaits it at its end.
class Task {
public:
    struct promise_type {
        std::coroutine_handle<> joiner = std::noop_coroutine();
        uint64_t output = 0;

        Task get_return_object() { return Task(Handle::from_promise(*this)); }
        std::suspend_always initial_suspend() noexcept { return {}; }
        auto final_suspend() noexcept {
            struct Ended {
                bool await_ready() noexcept { return false; }
                std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> task) noexcept {
                    return task.promise().joiner;
                }
                void await_resume() noexcept {}
            };
            return Ended{};
        }
        void return_value(uint64_t value) { output = value; }
        void unhandled_exception() { std::abort(); }
    };
    using Handle = std::coroutine_handle<promise_type>;

    Task(Task &&other) noexcept : handle(std::exchange(other.handle, nullptr)) {}
    Task(const Task &) = delete;
    Task &operator=(Task &&) = delete;
    ~Task() {
        if (handle)
            handle.destroy();
    }

    void spawn() { ready.push_back(handle); }
    void forget() { handle = nullptr; }

    // Waits for a task that was spawned.
    auto join() {
        struct Join {
            Handle task;
            bool await_ready() { return task.done(); }
            void await_suspend(std::coroutine_handle<> joiner) { task.promise().joiner = joiner; }
            uint64_t await_resume() { return task.promise().output; }
        };
        return Join{handle};
    }

    // Runs it at once, as a call.
    auto call() {
        struct Call {
            Handle task;
            bool await_ready() { return false; }
            std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) {
                task.promise().joiner = caller;
                return task;
            }
            uint64_t await_resume() { return task.promise().output; }
        };
        return Call{handle};
    }

private:
    explicit Task(Handle handle) : handle(handle) {}
    Handle handle;
};

struct Yield {
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<> task) { ready.push_back(task); }
    void await_resume() {}
};

struct Park {
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<>) {}
    void await_resume() {}
};

static void run_until_idle() {
    while (!ready.empty()) {
        auto task = ready.front();
        ready.pop_front();
        task.resume();
    }
}

static Task yielding(uint64_t count) {
    for (uint64_t n = 0; n < count; n++)
        co_await Yield{};
    co_return 0;
}

static Task returning(uint64_t output) {
    if (output == UINT64_MAX)
        co_await Yield{};
    co_return output;
}

static Task one_at_a_time(uint64_t count) {
    uint64_t sum = 0;
    for (uint64_t output = 0; output < count; output++) {
        Task task = returning(output);
        task.spawn();
        sum += co_await task.join();
    }
    co_return sum;
}

static Task all_at_once(uint64_t count) {
    std::vector<Task> tasks;
    tasks.reserve(count);
    for (uint64_t output = 0; output < count; output++) {
        tasks.push_back(returning(output));
        tasks.back().spawn();
    }
    uint64_t sum = 0;
    for (Task &task : tasks)
        sum += co_await task.join();
    co_return sum;
}

static Task chain(uint64_t depth, uint64_t count) {
    if (depth == 1) {
        for (uint64_t n = 0; n < count; n++)
            co_await Yield{};
        co_return 0;
    }
    Task inner = chain(depth - 1, count);
    co_return co_await inner.call();
}

template <size_t state_bytes> static Task park_with() {
    volatile char state[state_bytes] = {1};
    co_await Park{};
    co_return state[0];
}

static Task tree(uint64_t first, uint64_t leaves) {
    if (leaves == 1)
        co_return first;
    std::vector<Task> tasks;
    for (uint64_t n = 0; n < 10; n++) {
        tasks.push_back(tree(first + n * (leaves / 10), leaves / 10));
        tasks.back().spawn();
    }
    uint64_t sum = 0;
    for (Task &task : tasks)
        sum += co_await task.join();
    co_return sum;
}

// Gives what its body yields; owns its frame.
class Items {
public:
    struct promise_type {
        uint64_t item = 0;

        Items get_return_object() { return Items(Handle::from_promise(*this)); }
        std::suspend_always initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        std::suspend_always yield_value(uint64_t value) {
            item = value;
            return {};
        }
        void return_void() {}
        void unhandled_exception() { std::abort(); }
    };
    using Handle = std::coroutine_handle<promise_type>;

    Items(const Items &) = delete;
    Items &operator=(const Items &) = delete;
    ~Items() { handle.destroy(); }

    bool next() {
        handle.resume();
        return !handle.done();
    }
    uint64_t item() { return handle.promise().item; }

private:
    explicit Items(Handle handle) : handle(handle) {}
    Handle handle;
};

static Items range(uint64_t end) {
    for (uint64_t next = 0; next < end; next++)
        co_yield next;
}

static Items fibonacci(uint64_t count) {
    uint64_t a = 0, b = 1;
    for (uint64_t n = 0; n < count; n++) {
        co_yield a;
        a = std::exchange(b, a + b);
    }
}

static void add_up(Items items) {
    volatile uint64_t none = 0;
    uint64_t mask = none, sum = 0;
    Meter meter;
    while (items.next())
        sum += items.item() ^ mask;
    meter.stop();
    none = sum;
}

// Measures until the task and all that it spawns have ended.
static uint64_t measure(Task task) {
    Meter meter;
    task.spawn();
    run_until_idle();
    meter.stop();
    return task.join().await_resume();
}

template <size_t state_bytes> static void park_all(uint64_t count) {
    Meter meter;
    for (uint64_t n = 0; n < count; n++) {
        Task task = park_with<state_bytes>();
        task.spawn();
        task.forget();
        run_until_idle();
    }
    meter.stop();
}

int main(int count_of_arguments, char **arguments) {
    if (count_of_arguments != 5)
        return 2;
    auto is = [&](const char *name) { return std::strcmp(arguments[1], name) == 0; };
    uint64_t number = std::strtoull(arguments[2], nullptr, 10);
    uint64_t count = std::strtoull(arguments[3], nullptr, 10);
    if (std::strcmp(arguments[4], "1") != 0) {
        std::puts("none");
    } else if (is("yield")) {
        std::vector<Task> tasks;
        for (uint64_t n = 0; n < number; n++) {
            tasks.push_back(yielding(count / number));
            tasks.back().spawn();
        }
        Meter meter;
        run_until_idle();
        meter.stop();
    } else if (is("spawn_join")) {
        measure(one_at_a_time(count));
    } else if (is("spawn_all")) {
        if (number == 1) {
            Task first = all_at_once(count);
            first.spawn();
            run_until_idle();
        }
        measure(all_at_once(count));
    } else if (is("range")) {
        add_up(range(count));
    } else if (is("fibonacci")) {
        add_up(fibonacci(count));
    } else if (is("chain")) {
        measure(chain(number, count));
    } else if (is("parked") && number == 0) {
        park_all<1>(count);
    } else if (is("parked") && number == 128) {
        park_all<128>(count);
    } else if (is("skynet")) {
        uint64_t leaves = 1;
        while (leaves * 10 < count)
            leaves *= 10;
        if (measure(tree(0, leaves)) != leaves * (leaves - 1) / 2)
            return 1;
    } else {
        std::puts("none");
    }
}

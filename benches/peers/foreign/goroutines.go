// The programs on goroutines.
//
// Arguments: the program, its number, how many operations, how many threads run goroutines.
// Prints the nanoseconds of the processor and on the wall, and the most bytes, or "none".
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

func statusBytes(line string) uint64 {
	file, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), line) {
			kibibytes, _ := strconv.ParseUint(strings.Fields(lines.Text())[1], 10, 64)
			return kibibytes * 1024
		}
	}
	return 0
}

func cpu() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

type meter struct {
	resident uint64
	cpu      time.Duration
	started  time.Time
}

func start() meter {
	return meter{statusBytes("VmRSS:"), cpu(), time.Now()}
}

func (m meter) stop() {
	wall := time.Since(m.started)
	used := cpu() - m.cpu
	peak := statusBytes("VmHWM:")
	if peak < m.resident {
		peak = m.resident
	}
	fmt.Println(used.Nanoseconds(), wall.Nanoseconds(), peak-m.resident)
}

func yields(tasks, count int) {
	var all sync.WaitGroup
	begun := make(chan struct{})
	for i := 0; i < tasks; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			<-begun
			for i := 0; i < count/tasks; i++ {
				runtime.Gosched()
			}
		}()
	}
	m := start()
	close(begun)
	all.Wait()
	m.stop()
}

func spawned(output uint64) <-chan uint64 {
	joined := make(chan uint64, 1)
	go func() { joined <- output }()
	return joined
}

func oneAtATime(count int) {
	m := start()
	var sum uint64
	for output := uint64(0); output < uint64(count); output++ {
		sum += <-spawned(output)
	}
	m.stop()
	runtime.KeepAlive(sum)
}

func allAtOnce(count int) (sum uint64) {
	tasks := make([]<-chan uint64, 0, count)
	for output := uint64(0); output < uint64(count); output++ {
		tasks = append(tasks, spawned(output))
	}
	for _, task := range tasks {
		sum += <-task
	}
	return sum
}

func sleepDropped(count int) {
	m := start()
	for i := 0; i < count; i++ {
		timer := time.NewTimer(time.Hour)
		runtime.Gosched()
		timer.Stop()
	}
	m.stop()
}

func timeout(count int) {
	m := start()
	for i := 0; i < count; i++ {
		limited, cancel := context.WithTimeout(context.Background(), time.Hour)
		runtime.Gosched()
		if limited.Err() != nil {
			panic("an hour has passed")
		}
		cancel()
	}
	m.stop()
}

// Knuth's MMIX constants: the same durations for every runtime.
func sleepers(count int) {
	var all sync.WaitGroup
	state := uint64(0x9e3779b97f4a7c15)
	m := start()
	all.Add(count)
	for i := 0; i < count; i++ {
		state = state*6364136223846793005 + 1442695040888963407
		duration := time.Duration(1 + (state>>32)%1_000_000_000)
		go func() {
			defer all.Done()
			time.Sleep(duration)
		}()
	}
	all.Wait()
	m.stop()
}

func parked(state, count int) {
	forEver := make(chan struct{})
	var begun sync.WaitGroup
	m := start()
	begun.Add(count)
	for i := 0; i < count; i++ {
		if state == 0 {
			go func() {
				begun.Done()
				<-forEver
			}()
		} else {
			go func() {
				var kept [128]byte
				kept[0] = 1
				begun.Done()
				<-forEver
				runtime.KeepAlive(&kept)
			}()
		}
	}
	begun.Wait()
	m.stop()
}

func tree(first, leaves uint64) <-chan uint64 {
	joined := make(chan uint64, 1)
	go func() {
		if leaves == 1 {
			joined <- first
			return
		}
		var tasks [10]<-chan uint64
		for n := range tasks {
			tasks[n] = tree(first+uint64(n)*(leaves/10), leaves/10)
		}
		var sum uint64
		for _, task := range tasks {
			sum += <-task
		}
		joined <- sum
	}()
	return joined
}

func skynet(count int) {
	leaves := uint64(1)
	for leaves*10 < uint64(count) {
		leaves *= 10
	}
	m := start()
	sum := <-tree(0, leaves)
	m.stop()
	if sum != leaves*(leaves-1)/2 {
		panic(sum)
	}
}

// Marsaglia's xorshift: each step needs the one before.
func compute(chunk uint64, steps int) uint64 {
	state := chunk + 1
	for i := 0; i < steps; i++ {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
	}
	return state
}

func forkJoin(chunks, count int) {
	joined := make(chan uint64, chunks)
	m := start()
	for chunk := 0; chunk < chunks; chunk++ {
		go func(seed uint64) { joined <- compute(seed, count/chunks) }(uint64(chunk))
	}
	var sum uint64
	for i := 0; i < chunks; i++ {
		sum += <-joined
	}
	m.stop()
	runtime.KeepAlive(sum)
}

func pingPong(count int) {
	to, back := make(chan uint64, 1), make(chan uint64, 1)
	go func() {
		for value := range to {
			back <- value
		}
	}()
	m := start()
	for value := uint64(0); value < uint64(count); value++ {
		to <- value
		<-back
	}
	m.stop()
	close(to)
}

func fanIn(producers, count int) {
	values := make(chan uint64, 100)
	m := start()
	for i := 0; i < producers; i++ {
		go func() {
			for value := uint64(0); value < uint64(count/producers); value++ {
				values <- value
			}
		}()
	}
	var sum uint64
	for i := 0; i < count/producers*producers; i++ {
		sum += <-values
	}
	m.stop()
	runtime.KeepAlive(sum)
}

func lock(count int) {
	var mutex sync.Mutex
	value := 0
	m := start()
	for i := 0; i < count; i++ {
		mutex.Lock()
		value++
		mutex.Unlock()
	}
	m.stop()
	runtime.KeepAlive(value)
}

func contendedLock(tasks, count int) {
	var mutex sync.Mutex
	var all sync.WaitGroup
	value := 0
	m := start()
	all.Add(tasks)
	for i := 0; i < tasks; i++ {
		go func() {
			defer all.Done()
			for i := 0; i < count/tasks; i++ {
				mutex.Lock()
				runtime.Gosched()
				value++
				mutex.Unlock()
			}
		}()
	}
	all.Wait()
	m.stop()
	runtime.KeepAlive(value)
}

func main() {
	var numbers [3]int
	for n := range numbers {
		number, err := strconv.Atoi(os.Args[2+n])
		if err != nil {
			panic(err)
		}
		numbers[n] = number
	}
	number, count := numbers[0], numbers[1]
	runtime.GOMAXPROCS(numbers[2])
	switch os.Args[1] {
	case "yield":
		yields(number, count)
	case "spawn_join":
		oneAtATime(count)
	case "spawn_all":
		if number == 1 {
			allAtOnce(count)
		}
		m := start()
		sum := allAtOnce(count)
		m.stop()
		runtime.KeepAlive(sum)
	case "sleepers":
		sleepers(count)
	case "sleep_dropped":
		sleepDropped(count)
	case "timeout":
		timeout(count)
	case "parked":
		parked(number, count)
	case "skynet":
		skynet(count)
	case "fork_join":
		forkJoin(number, count)
	case "ping_pong":
		pingPong(count)
	case "fan_in":
		fanIn(number, count)
	case "lock":
		lock(count)
	case "contended_lock":
		contendedLock(number, count)
	default:
		fmt.Println("none")
	}
}

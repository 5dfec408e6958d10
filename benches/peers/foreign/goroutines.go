// The programs on goroutines.
//
// Arguments: the program, its number, how many operations, how many threads run goroutines.
// Prints the nanoseconds of the processor and on the wall, and the most bytes, or "none".
package main

import (
	"bufio"
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
		if rest, found := strings.CutPrefix(lines.Text(), line); found {
			kibibytes, _ := strconv.ParseUint(strings.Fields(rest)[0], 10, 64)
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
	for range tasks {
		all.Add(1)
		go func() {
			defer all.Done()
			<-begun
			for range count / tasks {
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
	for output := range uint64(count) {
		sum += <-spawned(output)
	}
	m.stop()
	runtime.KeepAlive(sum)
}

func allAtOnce(count int) (sum uint64) {
	tasks := make([]<-chan uint64, 0, count)
	for output := range uint64(count) {
		tasks = append(tasks, spawned(output))
	}
	for _, task := range tasks {
		sum += <-task
	}
	return sum
}

// Knuth's MMIX constants: the same durations for every runtime.
func sleepers(count int) {
	var all sync.WaitGroup
	state := uint64(0x9e3779b97f4a7c15)
	m := start()
	all.Add(count)
	for range count {
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
	for range count {
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
	for range steps {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
	}
	return state
}

func forkJoin(chunks, count int) {
	joined := make(chan uint64, chunks)
	m := start()
	for chunk := range chunks {
		go func() { joined <- compute(uint64(chunk), count/chunks) }()
	}
	var sum uint64
	for range chunks {
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
	for value := range uint64(count) {
		to <- value
		<-back
	}
	m.stop()
	close(to)
}

func fanIn(producers, count int) {
	values := make(chan uint64, 100)
	m := start()
	for range producers {
		go func() {
			for value := range uint64(count / producers) {
				values <- value
			}
		}()
	}
	var sum uint64
	for range count / producers * producers {
		sum += <-values
	}
	m.stop()
	runtime.KeepAlive(sum)
}

func lock(count int) {
	var mutex sync.Mutex
	value := 0
	m := start()
	for range count {
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
	for range tasks {
		go func() {
			defer all.Done()
			for range count / tasks {
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

// Go, as a peer of axon: the cases with goroutines and bounded channels, on one
// processor, as a programmer of Go would write them. It is called with the name of a
// case, the number of components and the number of messages, and prints how many
// nanoseconds that took, what it found out and, where there are sleepers, how many bytes
// each takes. The benchmark checks what it found.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

// How many messages a box holds, on every peer.
const capacity = 64

// What a case found out, and how long it took.
type outcome struct {
	took   time.Duration
	found  int
	asleep float64
}

func main() {
	runtime.GOMAXPROCS(1)
	cases := map[string]func(components, messages int) outcome{
		"pipeline": pipeline, "ring": ring, "fan-in": fanIn, "broadcast": broadcast,
		"pair": sleepers, "idle": sleepers, "spawn": spawn,
	}
	components, _ := strconv.Atoi(os.Args[2])
	messages, _ := strconv.Atoi(os.Args[3])
	it := cases[os.Args[1]](components, messages)
	fmt.Println(it.took.Nanoseconds(), it.found, it.asleep)
}

func source(outbox chan<- int, from, to int) {
	for number := from; number < to; number++ {
		outbox <- number
	}
}

func sum(inbox <-chan int) int {
	sum := 0
	for number := range inbox {
		sum += number
	}
	return sum
}

func pipeline(components, messages int) outcome {
	began := time.Now()
	before := make(chan int, capacity)
	go func(outbox chan<- int) {
		source(outbox, 0, messages)
		close(outbox)
	}(before)
	for stage := 0; stage < components; stage++ {
		after := make(chan int, capacity)
		go func(inbox <-chan int, outbox chan<- int) {
			for number := range inbox {
				outbox <- number
			}
			close(outbox)
		}(before, after)
		before = after
	}
	found := sum(before)
	return outcome{took: time.Since(began), found: found}
}

func ring(components, messages int) outcome {
	boxes := make([]chan int, components)
	for member := range boxes {
		boxes[member] = make(chan int, capacity)
	}
	var began time.Time
	ends := make(chan outcome)
	for member := range boxes {
		go func(member int, inbox <-chan int, outbox chan<- int) {
			for left := range inbox {
				if left == messages {
					began = time.Now()
				}
				if left == 0 {
					ends <- outcome{took: time.Since(began), found: member}
					return
				}
				outbox <- left - 1
			}
		}(member, boxes[member], boxes[(member+1)%components])
	}
	// A lap before the clock runs, so that all of them have had a turn.
	boxes[0] <- messages + components
	return <-ends
}

func fanIn(components, messages int) outcome {
	began := time.Now()
	inbox := make(chan int, capacity)
	each := messages / components
	var producers sync.WaitGroup
	producers.Add(components)
	for producer := 0; producer < components; producer++ {
		go func(from int) {
			source(inbox, from, from+each)
			producers.Done()
		}(producer * each)
	}
	go func() {
		producers.Wait()
		close(inbox)
	}()
	found := sum(inbox)
	return outcome{took: time.Since(began), found: found}
}

func broadcast(components, messages int) outcome {
	began := time.Now()
	sums := make(chan int, components)
	listeners := make([]chan int, components)
	for listener := range listeners {
		listeners[listener] = make(chan int, capacity)
		go func(inbox <-chan int) { sums <- sum(inbox) }(listeners[listener])
	}
	for message := 0; message < messages; message++ {
		for _, listener := range listeners {
			listener <- message
		}
	}
	found := 0
	for _, listener := range listeners {
		close(listener)
	}
	for range listeners {
		found += <-sums
	}
	return outcome{took: time.Since(began), found: found}
}

func sleepers(components, messages int) outcome {
	before := resident()
	alarms := make([]chan int, components)
	awake := make(chan int, components)
	for sleeper := range alarms {
		alarms[sleeper] = make(chan int, capacity)
		go func(inbox <-chan int) {
			<-inbox
			awake <- 1
		}(alarms[sleeper])
	}
	runtime.Gosched()
	asleep := float64(resident()-before) / float64(components)
	ping, pong, end := make(chan int, capacity), make(chan int, capacity), make(chan int)
	play := func(inbox <-chan int, outbox chan<- int) {
		for hop := range inbox {
			if hop == messages {
				end <- hop
				return
			}
			outbox <- hop + 1
		}
	}
	go play(ping, pong)
	go play(pong, ping)
	began := time.Now()
	ping <- 1
	found := <-end
	took := time.Since(began)
	for _, alarm := range alarms {
		close(alarm)
	}
	for range alarms {
		found += <-awake
	}
	return outcome{took, found, asleep}
}

func spawn(components, messages int) outcome {
	began := time.Now()
	found := 0
	ended := make(chan int, components)
	for round := 0; round < messages/components; round++ {
		for component := 0; component < components; component++ {
			go func() { ended <- 1 }()
		}
		for component := 0; component < components; component++ {
			found += <-ended
		}
	}
	return outcome{took: time.Since(began), found: found}
}

// Returns how many bytes of memory the process has, where Linux says it.
func resident() int {
	said, _ := os.ReadFile("/proc/self/statm")
	words := strings.Fields(string(said))
	if len(words) < 2 {
		return 0
	}
	pages, _ := strconv.Atoi(words[1])
	return pages * os.Getpagesize()
}

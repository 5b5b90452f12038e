// The Fibonacci sequence as a small Go program, for bench/bench-sequence: 64-bit numbers, a read-write
// mutex, and each position sent to Redis without waiting for its answer. So it is not durable: an answer
// may come before Redis has the position, and Redis forces its file once a second at best. Position 94
// does not fit into 64 bits; there it begins again.
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
)

type sequence struct {
	mutex             sync.RWMutex
	position          uint64
	previous, current uint64
	positions         chan uint64
}

// advance returns the new number.
func (s *sequence) advance() uint64 {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.position == 0 || s.position == 93 {
		s.position, s.previous, s.current = 1, 0, 1
	} else {
		s.position, s.previous, s.current = s.position+1, s.current, s.previous+s.current
	}
	s.positions <- s.position
	return s.current
}

// send writes positions to Redis. Several that wait go out in one write.
func send(to io.Writer, positions chan uint64) {
	out := bufio.NewWriter(to)
	for position := range positions {
		text := strconv.FormatUint(position, 10)
		fmt.Fprintf(out, "*3\r\n$3\r\nSET\r\n$8\r\nposition\r\n$%d\r\n%s\r\n", len(text), text)
		if len(positions) == 0 {
			if err := out.Flush(); err != nil {
				log.Fatal(err)
			}
		}
	}
}

func answer(w http.ResponseWriter, word string, number uint64) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	fmt.Fprintf(w, "{\"%s\": %d}", word, number)
}

// Arguments: the address to listen on, and that of Redis.
func main() {
	redis, err := net.Dial("tcp", os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	s := &sequence{positions: make(chan uint64, 1<<16)}
	go send(redis, s.positions)
	go io.Copy(io.Discard, redis)
	http.HandleFunc("/current", func(w http.ResponseWriter, r *http.Request) {
		s.mutex.RLock()
		number := s.current
		s.mutex.RUnlock()
		answer(w, "current", number)
	})
	http.HandleFunc("/previous", func(w http.ResponseWriter, r *http.Request) {
		s.mutex.RLock()
		number := s.previous
		s.mutex.RUnlock()
		answer(w, "previous", number)
	})
	http.HandleFunc("/next", func(w http.ResponseWriter, r *http.Request) {
		answer(w, "next", s.advance())
	})
	log.Fatal(http.ListenAndServe(os.Args[1], nil))
}

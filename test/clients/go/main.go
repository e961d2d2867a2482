// Streams as Go programs read them. See ../program.ts for what is asked and answered.
package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/r3labs/sse/v2"
)

type wanted struct {
	Stream int    `json:"stream"`
	Client string `json:"client"`
	URL    string `json:"url"`
	Gzip   bool   `json:"gzip"`
}

type seen struct {
	Stream int    `json:"stream"`
	Event  string `json:"event"`
	Data   string `json:"data"`
}

var output sync.Mutex

func tell(stream int, event, data string) {
	output.Lock()
	defer output.Unlock()
	line, _ := json.Marshal(seen{stream, event, data})
	fmt.Println(string(line))
}

// The transport asks for gzip and takes it off by itself, unless the request says what it accepts.
func netHTTP(one wanted) {
	lastID := ""
	for {
		request, _ := http.NewRequest("GET", one.URL, nil)
		if !one.Gzip {
			request.Header.Set("Accept-Encoding", "identity")
		}
		if lastID != "" {
			request.Header.Set("Last-Event-ID", lastID)
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			lastID = readLines(response.Body, one.Stream, lastID)
			response.Body.Close()
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func readLines(body io.Reader, stream int, lastID string) string {
	event, data := "", ""
	lines := bufio.NewScanner(body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case lines.Text() == "":
			if data != "" {
				tell(stream, event, data)
			}
			event, data = "", ""
		case name == "id":
			lastID = value
		case name == "event":
			event = value
		case name == "data":
			data += value
		}
	}
	return lastID
}

// r3labs/sse sets a header of its own, so that Go's transport neither asks for gzip nor takes it off: asked for here, it is
// taken off by a reader around the body.
type gunzipping struct{}

func (gunzipping) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil || response.Header.Get("Content-Encoding") != "gzip" {
		return response, err
	}
	plain, err := gzip.NewReader(response.Body)
	if err != nil {
		return nil, err
	}
	response.Body = struct {
		io.Reader
		io.Closer
	}{plain, response.Body}
	return response, nil
}

func r3labs(one wanted) {
	client := sse.NewClient(one.URL)
	client.Headers["Accept-Encoding"] = "identity"
	if one.Gzip {
		client.Headers["Accept-Encoding"] = "gzip"
		client.Connection.Transport = gunzipping{}
	}
	for {
		client.SubscribeRaw(func(message *sse.Event) {
			if len(message.Data) > 0 {
				tell(one.Stream, string(message.Event), string(message.Data))
			}
		})
		time.Sleep(100 * time.Millisecond)
	}
}

func main() {
	clients := map[string]func(wanted){"net/http": netHTTP, "r3labs/sse": r3labs}
	orders := bufio.NewScanner(os.Stdin)
	for orders.Scan() {
		var one wanted
		if err := json.Unmarshal(orders.Bytes(), &one); err != nil {
			panic(err)
		}
		go clients[one.Client](one)
	}
}

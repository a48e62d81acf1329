package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// copyRows holds decisions.csv against the entries: its header says where in a leaf each cell is from.
type copyRows struct {
	rows    int64
	columns []string
	stream  *bufio.Reader
}

// header says of each cell where in a leaf it is from: the first four of line and leaf, the others of the record.
const header = "index,leaf_hash,stream,seq,time,type,decision,system,environment,release,warrant,outcome,ended,code," +
	"status,route,caller.key,subject,cohort,dataClass.value,modelRequested,modelServed,score,timing.total," +
	"timing.upstream,timing.firstByte,usage.in,usage.out,guardrails.ran,guardrails.set,policy,terms,snapshot,epoch," +
	"retention,session,trace,parent,review,drill,node,nodeSeq"

func newCopy(stream *bufio.Reader) (*copyRows, error) {
	if first, err := stream.ReadString('\n'); err != nil || first != header+"\r\n" {
		return nil, fmt.Errorf("the copy: its header is not one")
	}
	return &copyRows{columns: strings.Split(header, ","), stream: stream}, nil
}

func (c *copyRows) take(index int64, sum tlog.Hash, l *leaf) error {
	decoder := json.NewDecoder(bytes.NewReader(l.Record))
	decoder.UseNumber()
	var record map[string]interface{}
	if err := decoder.Decode(&record); err != nil {
		return fmt.Errorf("entry %d: %w", index, err)
	}
	if kind, _ := record["type"].(string); !strings.HasPrefix(kind, "decision.") {
		return nil
	}
	cells := []string{fmt.Sprint(index), hex.EncodeToString(sum[:]), l.Stream, fmt.Sprint(l.Seq)}
	for _, path := range c.columns[4:] {
		var value interface{} = record
		for _, name := range strings.Split(path, ".") {
			object, _ := value.(map[string]interface{})
			value = object[name]
		}
		cells = append(cells, cell(value))
	}
	for i, text := range cells {
		end := ","
		if i == len(cells)-1 {
			end = "\r\n"
		}
		want := []byte(spelled(text) + end)
		got := make([]byte, len(want))
		if _, err := io.ReadFull(c.stream, got); err != nil || !bytes.Equal(got, want) {
			return fmt.Errorf("the copy: row %d is not entry %d, %q differs", c.rows+1, index, c.columns[i])
		}
	}
	c.rows++
	return nil
}

func (c *copyRows) end() error {
	if _, err := c.stream.ReadByte(); err != io.EOF {
		return fmt.Errorf("the copy: something follows its %d rows", c.rows)
	}
	return nil
}

func cell(value interface{}) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case []interface{}:
		parts := make([]string, len(v))
		for i, part := range v {
			parts[i] = cell(part)
		}
		return strings.Join(parts, " ")
	case map[string]interface{}:
		var parts []string
		for name, part := range v {
			parts = append(parts, name+"="+cell(part))
		}
		sort.Strings(parts)
		return strings.Join(parts, " ")
	}
	return fmt.Sprint(value)
}

func spelled(text string) string {
	if text != "" && strings.ContainsAny(text[:1], "=+-@\t\r") {
		text = "'" + text
	}
	if strings.ContainsAny(text, "\",\r\n") {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text
}

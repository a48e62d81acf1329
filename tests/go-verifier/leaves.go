package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// leaf is the envelope that the sequencer puts around a record.
type leaf struct {
	Node    string          `json:"node"`
	NodeSeq int64           `json:"nodeSeq"`
	Prev    string          `json:"prev"`
	Record  json.RawMessage `json:"record"`
	Seq     int64           `json:"seq"`
	Stream  string          `json:"stream"`
	Version int             `json:"v"`
}

type last struct {
	seq  int64
	hash string
}

// chains follows every stream (seq without a gap, prev the hash of the leaf before) and every node's count. In a whole
// log nothing may be missing; in an export only neighbours can be held against each other.
type chains struct {
	whole   bool
	streams map[string]last
	nodes   map[string]int64
}

func newChains(whole bool) *chains {
	return &chains{whole, map[string]last{}, map[string]int64{}}
}

func strict(data []byte, into interface{}) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if decoder.More() {
		return fmt.Errorf("something follows the JSON")
	}
	return nil
}

func readLeaf(data []byte) (*leaf, error) {
	var l leaf
	if err := strict(data, &l); err != nil {
		return nil, err
	}
	var record struct {
		Node    *string `json:"node"`
		NodeSeq *int64  `json:"nodeSeq"`
	}
	if err := json.Unmarshal(l.Record, &record); err != nil {
		return nil, err
	}
	if l.Version != 1 {
		return nil, fmt.Errorf("version %d is not known", l.Version)
	}
	if record.Node == nil || record.NodeSeq == nil || *record.Node != l.Node || *record.NodeSeq != l.NodeSeq {
		return nil, fmt.Errorf("the record names another node or number than the leaf")
	}
	return &l, nil
}

func (c *chains) next(index int64, data []byte, hash tlog.Hash) error {
	l, err := readLeaf(data)
	if err != nil {
		return fmt.Errorf("entry %d: %w", index, err)
	}
	before, known := c.streams[l.Stream]
	switch {
	case l.Seq < 0 || (l.Seq == 0) != (l.Prev == ""):
		return fmt.Errorf("entry %d: only the first entry of %s has no predecessor", index, l.Stream)
	case !known && c.whole && l.Seq != 0:
		return fmt.Errorf("entry %d: gap: %s begins at %d", index, l.Stream, l.Seq)
	case known && l.Seq <= before.seq:
		return fmt.Errorf("entry %d: %s %d comes after %d", index, l.Stream, l.Seq, before.seq)
	case known && c.whole && l.Seq != before.seq+1:
		return fmt.Errorf("entry %d: gap: %s %d comes after %d", index, l.Stream, l.Seq, before.seq)
	case known && l.Seq == before.seq+1 && l.Prev != before.hash:
		return fmt.Errorf("entry %d: %s %d names another predecessor", index, l.Stream, l.Seq)
	}
	if c.whole {
		number, known := c.nodes[l.Node]
		if (known && l.NodeSeq != number+1) || (!known && l.NodeSeq != 0 && l.NodeSeq != 1) {
			return fmt.Errorf("entry %d: gap: number %d of node %s does not follow", index, l.NodeSeq, l.Node)
		}
		c.nodes[l.Node] = l.NodeSeq
	}
	c.streams[l.Stream] = last{l.Seq, hex.EncodeToString(hash[:])}
	return nil
}

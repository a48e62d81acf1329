package main

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

const maxReveal = 24 << 20

// checkReveals holds each content against the commitment in its entry's record.
func (b *bundle) checkReveals() error {
	if (b.manifest.Reveals == nil) != (b.files["reveals.jsonl"] == nil) {
		return fmt.Errorf("the manifest: contents are here that it does not speak of, or the other way round")
	}
	if b.manifest.Reveals == nil {
		return nil
	}
	stream, err := b.open("reveals.jsonl")
	if err != nil {
		return err
	}
	defer stream.Close()
	lines := bufio.NewReaderSize(stream, maxReveal)
	var count int64
	index, pointer := int64(-1), ""
	for {
		line, err := lines.ReadSlice('\n')
		if err == io.EOF && len(line) == 0 {
			break
		}
		if err != nil {
			return fmt.Errorf("content %d: %w", count+1, err)
		}
		var r struct {
			Index   int64  `json:"index"`
			Payload []byte `json:"payload"`
			Pointer string `json:"pointer"`
			Salt    []byte `json:"salt"`
		}
		if err := strict(line, &r); err != nil {
			return fmt.Errorf("content %d: %w", count+1, err)
		}
		if r.Index < index || (r.Index == index && r.Pointer <= pointer) {
			return fmt.Errorf("content %d: it stands in another order", count+1)
		}
		if err := b.commits(r.Index, r.Pointer, r.Salt, r.Payload); err != nil {
			return fmt.Errorf("content %d: %w", count+1, err)
		}
		index, pointer, count = r.Index, r.Pointer, count+1
	}
	if count != *b.manifest.Reveals {
		return fmt.Errorf("the manifest: signed for %d contents, here are %d", *b.manifest.Reveals, count)
	}
	return nil
}

func (b *bundle) commits(index int64, pointer string, salt, payload []byte) error {
	raw, known := b.records[index]
	name := strings.TrimPrefix(pointer, "/record/")
	if !known || name == pointer {
		return fmt.Errorf("entry %d has no %s here", index, pointer)
	}
	var record map[string]json.RawMessage
	if err := json.Unmarshal(raw, &record); err != nil {
		return err
	}
	var c struct {
		Hmac   []byte `json:"hmac"`
		Length int    `json:"length"`
	}
	if err := json.Unmarshal(record[name], &c); err != nil {
		return fmt.Errorf("entry %d commits to nothing at %s: %w", index, pointer, err)
	}
	mac := hmac.New(sha256.New, salt)
	mac.Write(payload)
	if len(salt) != 32 || c.Length != len(payload) || !hmac.Equal(mac.Sum(nil), c.Hmac) {
		return fmt.Errorf("entry %d commits to another one at %s", index, pointer)
	}
	return nil
}

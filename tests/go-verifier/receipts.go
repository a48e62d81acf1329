package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// receipt is c2sp.org/tlog-proof@v1 as read, nothing of it believed.
type receipt struct {
	entry []byte
	index int64
	proof tlog.RecordProof
	note  []byte
}

// checkReceipt shows that the log holds the leaf at the index that the receipt names.
func checkReceipt(o *options, file string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	r, err := parseReceipt(data)
	if err != nil {
		return "", err
	}
	if o.leaf != "" {
		if r.entry, err = os.ReadFile(o.leaf); err != nil {
			return "", err
		}
	}
	c, err := o.keys.verify(r.note)
	if err != nil {
		return "", err
	}
	if err := r.proves(c); err != nil {
		return "", err
	}
	return fmt.Sprintf("the leaf is entry %d of %d", r.index, c.size), nil
}

func (r *receipt) proves(c *checkpoint) error {
	if r.index < 0 || r.index >= c.size {
		return fmt.Errorf("the receipt: %d lies beyond the checkpoint's %d", r.index, c.size)
	}
	if err := tlog.CheckRecord(r.proof, c.size, c.root, r.index, tlog.RecordHash(r.entry)); err != nil {
		return fmt.Errorf("the receipt: %w", err)
	}
	return nil
}

func parseReceipt(data []byte) (*receipt, error) {
	end := bytes.Index(data, []byte("\n\n"))
	if end < 0 {
		return nil, fmt.Errorf("the receipt: no empty line")
	}
	r := &receipt{note: data[end+2:]}
	lines := strings.Split(string(data[:end]), "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		return nil, fmt.Errorf("the receipt: version %q is not known", lines[0])
	}
	lines = lines[1:]
	var err error
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		// Provost puts the entry itself here; it is believed only because its hash is the one that is proven.
		if r.entry, err = base64.StdEncoding.DecodeString(lines[0][len("extra "):]); err != nil {
			return nil, fmt.Errorf("the receipt: %w", err)
		}
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return nil, fmt.Errorf("the receipt: no index")
	}
	r.index, err = strconv.ParseInt(lines[0][len("index "):], 10, 64)
	if err != nil || "index "+strconv.FormatInt(r.index, 10) != lines[0] {
		return nil, fmt.Errorf("the receipt: %q is no index", lines[0])
	}
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, fmt.Errorf("the receipt: %w", err)
		}
		r.proof = append(r.proof, hash)
	}
	return r, nil
}

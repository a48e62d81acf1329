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

// checkReceipt reads c2sp.org/tlog-proof@v1 and shows that the log holds the leaf at the index it names.
func checkReceipt(o *options, file string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	end := bytes.Index(data, []byte("\n\n"))
	if end < 0 {
		return "", fmt.Errorf("the receipt: no empty line")
	}
	lines := strings.Split(string(data[:end]), "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		return "", fmt.Errorf("the receipt: version %q is not known", lines[0])
	}
	lines = lines[1:]
	var entry []byte
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		// Provost puts the entry itself here; it is believed only because its hash is the one that is proven.
		if entry, err = base64.StdEncoding.DecodeString(lines[0][len("extra "):]); err != nil {
			return "", fmt.Errorf("the receipt: %w", err)
		}
		lines = lines[1:]
	}
	if o.leaf != "" {
		if entry, err = os.ReadFile(o.leaf); err != nil {
			return "", err
		}
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return "", fmt.Errorf("the receipt: no index")
	}
	index, err := strconv.ParseInt(lines[0][len("index "):], 10, 64)
	if err != nil || "index "+strconv.FormatInt(index, 10) != lines[0] {
		return "", fmt.Errorf("the receipt: %q is no index", lines[0])
	}
	var proof tlog.RecordProof
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return "", fmt.Errorf("the receipt: %w", err)
		}
		proof = append(proof, hash)
	}
	c, err := o.keys.verify(data[end+2:])
	if err != nil {
		return "", err
	}
	if index < 0 || index >= c.size {
		return "", fmt.Errorf("the receipt: %d lies beyond the checkpoint's %d", index, c.size)
	}
	if err := tlog.CheckRecord(proof, c.size, c.root, index, tlog.RecordHash(entry)); err != nil {
		return "", fmt.Errorf("the receipt: %w", err)
	}
	return fmt.Sprintf("the leaf is entry %d of %d", index, c.size), nil
}

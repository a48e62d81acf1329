package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// span is a range of a stream, both ends included; count is 0 where only the ends are claimed.
type span struct {
	Count  int64  `json:"count"`
	First  int64  `json:"first"`
	Last   int64  `json:"last"`
	Stream string `json:"stream"`
}

// manifest is what a bundle says about itself; it is signed by the log's entry of the export.
type manifest struct {
	Count     int64  `json:"count"`
	Delivered []span `json:"delivered"`
	Leaves    string `json:"leaves"`
	Nodes     []struct {
		Last int64  `json:"last"`
		Node string `json:"node"`
	} `json:"nodes"`
	Query     json.RawMessage `json:"query"`
	Requested []span          `json:"requested"`
	Reveals   *int64          `json:"reveals"`
	Schema    string          `json:"schema"`
	Since     *int64          `json:"since"`
	Size      int64           `json:"size"`
	Tool      string          `json:"tool"`
	Vkeys     []string        `json:"vkeys"`
	Window    struct {
		From  *string `json:"from"`
		Until *string `json:"until"`
	} `json:"window"`
}

const maxHead = 16 << 20

// bundle is one verification of one exported zip.
type bundle struct {
	keys     *keyRing
	files    map[string]*zip.File
	manifest manifest
	digest   string
	note     []byte
	head     *checkpoint
	chains   *chains
	heads    map[string]int64
	came     map[string]span
	next     []int64
	leaves   hash.Hash
	copy     *copyRows
	signed   *authority
	count    int64
	last     int64
	records  map[int64]json.RawMessage
}

// checkBundle verifies an export: manifest, entries, ranges, what the decisions stand on, and the copy.
func checkBundle(o *options, file string) (string, error) {
	archive, err := zip.OpenReader(file)
	if err != nil {
		return "", fmt.Errorf("the bundle: %w", err)
	}
	defer archive.Close()
	b := &bundle{
		keys: o.keys, files: map[string]*zip.File{}, chains: newChains(false), heads: map[string]int64{},
		came: map[string]span{}, leaves: sha256.New(), signed: newAuthority(o.keys), last: -1,
		records: map[int64]json.RawMessage{},
	}
	for _, f := range archive.File {
		if f.Method != zip.Store || b.files[f.Name] != nil || strings.ContainsAny(f.Name, "/\\") {
			return "", fmt.Errorf("the bundle: %q is compressed, there twice or elsewhere", f.Name)
		}
		b.files[f.Name] = f
	}
	for _, step := range []func() error{b.readHead, b.readEntries, b.checkClaims, b.signed.end, b.checkReveals} {
		if err := step(); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("bundle of %d entries in %d streams, %d warrants, %d rows",
		b.count, len(b.came), len(b.signed.warrants), b.copy.rows), nil
}

func (b *bundle) open(name string) (io.ReadCloser, error) {
	f := b.files[name]
	if f == nil {
		return nil, fmt.Errorf("the bundle: %s is missing", name)
	}
	return f.Open()
}

func (b *bundle) read(name string) ([]byte, error) {
	stream, err := b.open(name)
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	data, err := io.ReadAll(io.LimitReader(stream, maxHead))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return data, nil
}

func (b *bundle) readHead() error {
	raw, err := b.read("manifest.json")
	if err != nil {
		return err
	}
	if err := strict(raw, &b.manifest); err != nil {
		return fmt.Errorf("the manifest: %w", err)
	}
	version := "provost.bundle/2"
	if b.manifest.Reveals != nil {
		version = "provost.bundle/3"
	}
	if b.manifest.Schema != version {
		return fmt.Errorf("the manifest: version %q is not known", b.manifest.Schema)
	}
	sum := sha256.Sum256(raw)
	b.digest = "sha256:" + hex.EncodeToString(sum[:])
	if b.note, err = b.read("checkpoint"); err != nil {
		return err
	}
	if b.head, err = b.keys.verify(b.note); err != nil {
		return err
	}
	for _, node := range b.manifest.Nodes {
		b.heads[node.Node] = node.Last
	}
	for _, r := range b.manifest.Requested {
		b.next = append(b.next, r.First)
	}
	return b.checkSignature()
}

// checkSignature: the log says, in an entry that the checkpoint covers, that this manifest was exported.
func (b *bundle) checkSignature() error {
	data, err := b.read("manifest.tlog-proof")
	if err != nil {
		return err
	}
	r, err := parseReceipt(data)
	if err != nil {
		return err
	}
	if !bytes.Equal(r.note, b.note) {
		return fmt.Errorf("the manifest: its receipt is of another checkpoint")
	}
	if err := r.proves(b.head); err != nil {
		return fmt.Errorf("the manifest: %w", err)
	}
	l, err := readLeaf(r.entry)
	if err != nil {
		return fmt.Errorf("the manifest: %w", err)
	}
	var record struct {
		Type string `json:"type"`
		Body struct {
			Manifest string `json:"manifest"`
		} `json:"body"`
	}
	if err := json.Unmarshal(l.Record, &record); err != nil {
		return fmt.Errorf("the manifest: %w", err)
	}
	if l.Stream != "gov" || record.Type != "gov.ledger_exported" || record.Body.Manifest != b.digest ||
		r.index < b.manifest.Size {
		return fmt.Errorf("the manifest: it is not the one that the log says was exported")
	}
	return nil
}

func (b *bundle) readEntries() error {
	stream, err := b.open("entries.jsonl")
	if err != nil {
		return err
	}
	defer stream.Close()
	rows, err := b.open("decisions.csv")
	if err != nil {
		return err
	}
	defer rows.Close()
	if b.copy, err = newCopy(bufio.NewReaderSize(rows, 1<<20)); err != nil {
		return err
	}
	lines := bufio.NewReaderSize(stream, 1<<20)
	for {
		line, err := lines.ReadSlice('\n')
		if err == io.EOF && len(line) == 0 {
			return b.copy.end()
		}
		if err != nil {
			return fmt.Errorf("line %d of the entries: %w", b.count+1, err)
		}
		if err := b.readEntry(line); err != nil {
			return err
		}
	}
}

func (b *bundle) readEntry(line []byte) error {
	var e struct {
		Index int64    `json:"index"`
		Leaf  []byte   `json:"leaf"`
		Proof [][]byte `json:"proof"`
	}
	if err := strict(line, &e); err != nil {
		return fmt.Errorf("line %d of the entries: %w", b.count+1, err)
	}
	var proof tlog.RecordProof
	for _, p := range e.Proof {
		var h tlog.Hash
		if copy(h[:], p) != tlog.HashSize || len(p) != tlog.HashSize {
			return fmt.Errorf("entry %d: a hash of its proof is not 32 bytes", e.Index)
		}
		proof = append(proof, h)
	}
	sum := tlog.RecordHash(e.Leaf)
	if e.Index < 0 || e.Index >= b.manifest.Size {
		return fmt.Errorf("entry %d: it lies beyond the %d that the manifest speaks of", e.Index, b.manifest.Size)
	}
	if err := tlog.CheckRecord(proof, b.head.size, b.head.root, e.Index, sum); err != nil {
		return fmt.Errorf("entry %d: %w", e.Index, err)
	}
	if e.Index <= b.last {
		return fmt.Errorf("entry %d: it stands behind entry %d", e.Index, b.last)
	}
	if e.Index == 0 && hex.EncodeToString(sum[:]) != b.keys.genesis {
		return fmt.Errorf("entry 0 is not the genesis that the trust file names")
	}
	if err := b.chains.next(e.Index, e.Leaf, sum); err != nil {
		return err
	}
	l, err := readLeaf(e.Leaf)
	if err != nil {
		return err
	}
	b.last, b.count = e.Index, b.count+1
	if b.manifest.Reveals != nil {
		b.records[e.Index] = l.Record
	}
	b.leaves.Write(sum[:])
	if err := b.claim(e.Index, l); err != nil {
		return err
	}
	if err := b.signed.take(e.Index, l); err != nil {
		return fmt.Errorf("entry %d: %w", e.Index, err)
	}
	return b.copy.take(e.Index, sum, l)
}

func (b *bundle) claim(index int64, l *leaf) error {
	if last, known := b.heads[l.Node]; !known || l.NodeSeq > last {
		return fmt.Errorf("entry %d: the manifest puts the last record of node %s before it", index, l.Node)
	}
	s, known := b.came[l.Stream]
	if !known {
		s = span{First: l.Seq, Stream: l.Stream}
	}
	s.Count, s.Last = s.Count+1, l.Seq
	b.came[l.Stream] = s
	for i, r := range b.manifest.Requested {
		if r.Stream != l.Stream || l.Seq < r.First || l.Seq > r.Last {
			continue
		}
		if l.Seq != b.next[i] {
			return fmt.Errorf("gap: %s %d is missing", r.Stream, b.next[i])
		}
		b.next[i]++
	}
	return nil
}

func (b *bundle) checkClaims() error {
	for i, r := range b.manifest.Requested {
		if b.next[i] <= r.Last {
			return fmt.Errorf("gap: %s %d is missing", r.Stream, b.next[i])
		}
	}
	for _, d := range b.manifest.Delivered {
		if b.came[d.Stream] != d {
			return fmt.Errorf("the manifest: signed for %d entries of %s, here are %d", d.Count, d.Stream,
				b.came[d.Stream].Count)
		}
	}
	if len(b.came) != len(b.manifest.Delivered) || b.count != b.manifest.Count ||
		b.manifest.Leaves != "sha256:"+hex.EncodeToString(b.leaves.Sum(nil)) {
		return fmt.Errorf("the manifest: signed for other entries than are here")
	}
	return nil
}

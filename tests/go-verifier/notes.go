package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// checkpoint is the text of c2sp.org/tlog-checkpoint after its signatures were verified. (tlog.ParseTree of x/mod reads
// the header of sum.golang.org, which is another text.)
type checkpoint struct {
	origin       string
	size         int64
	root         tlog.Hash
	cosignatures int
}

// keyRing is what the verifier believes: pinned keys of one log, and of witnesses.
type keyRing struct {
	origin    string
	genesis   string
	warrants  []ed25519.PublicKey
	log       note.Verifiers
	logNames  map[string]bool
	terms     map[string]term
	witnesses map[string]bool
	all       note.Verifiers
	quorum    int
}

// term is the range of sizes for which a key's signature counts, once a log has had several keys.
type term struct{ from, to int64 }

func readTrust(file string, witnesses []string, quorum int) (*keyRing, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var trust struct {
		Origin  string   `json:"origin"`
		Genesis string   `json:"genesis"`
		Log     []string `json:"log"`
		Warrant []string `json:"warrant"`
		Terms   []struct {
			Key  string `json:"key"`
			From int64  `json:"from"`
			To   *int64 `json:"to"`
		} `json:"logKeys"`
	}
	if err := json.Unmarshal(data, &trust); err != nil {
		return nil, fmt.Errorf("the trust file: %w", err)
	}
	ring := &keyRing{
		origin: trust.Origin, genesis: trust.Genesis, quorum: quorum,
		logNames: map[string]bool{}, terms: map[string]term{}, witnesses: map[string]bool{},
	}
	for _, text := range trust.Warrant {
		key, err := parseKey(text)
		if err != nil {
			return nil, fmt.Errorf("warrant key: %w", err)
		}
		ring.warrants = append(ring.warrants, key)
	}
	var logs, all []note.Verifier
	for _, t := range trust.Terms {
		to := int64(math.MaxInt64)
		if t.To != nil {
			to = *t.To
		}
		// the key itself is base64, which holds plus signs too
		if parts := strings.SplitN(t.Key, "+", 3); len(parts) == 3 {
			ring.terms[parts[0]+"+"+parts[1]] = term{t.From, to}
		}
	}
	for _, vkey := range trust.Log {
		verifier, err := note.NewVerifier(vkey)
		if err != nil {
			return nil, fmt.Errorf("log key %q: %w", vkey, err)
		}
		if verifier.Name() != trust.Origin {
			continue
		}
		logs = append(logs, verifier)
		ring.logNames[keyName(verifier.Name(), verifier.KeyHash())] = true
	}
	all = append(all, logs...)
	for _, vkey := range witnesses {
		verifier, err := newWitness(vkey)
		if err != nil {
			return nil, fmt.Errorf("witness key %q: %w", vkey, err)
		}
		all = append(all, verifier)
		ring.witnesses[keyName(verifier.Name(), verifier.KeyHash())] = true
	}
	ring.log, ring.all = note.VerifierList(logs...), note.VerifierList(all...)
	return ring, nil
}

func keyName(name string, hash uint32) string { return fmt.Sprintf("%s+%08x", name, hash) }

// witness verifies cosignature/v1 (type 0x04) of c2sp.org/tlog-cosignature.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newWitness(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("not name+id+key")
	}
	id, err := hex.DecodeString(parts[1])
	if err != nil || len(id) != 4 {
		return nil, fmt.Errorf("the id is not four bytes in hex")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != 0x04 {
		return nil, fmt.Errorf("not a cosignature key of type 0x04")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	if hex.EncodeToString(sum[:4]) != parts[1] {
		return nil, fmt.Errorf("the id does not belong to name and key")
	}
	return &witness{parts[0], binary.BigEndian.Uint32(id), key[1:]}, nil
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.hash }

func (w *witness) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(sig)
	if time > 1<<63-1 {
		return false
	}
	signed := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", time)), msg...)
	return ed25519.Verify(w.key, signed, sig[8:])
}

func (r *keyRing) open(file string) (*checkpoint, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return r.verify(data)
}

// verify demands a good signature of the log, none wrong of a known key, and the quorum of witnesses.
func (r *keyRing) verify(data []byte) (*checkpoint, error) {
	opened, err := note.Open(data, r.all)
	if err != nil {
		return nil, fmt.Errorf("the checkpoint: %w", err)
	}
	c, err := parseCheckpoint(opened.Text)
	if err != nil {
		return nil, err
	}
	isSigned := false
	cosigned := map[string]bool{}
	for _, sig := range opened.Sigs {
		name := keyName(sig.Name, sig.Hash)
		if t, ok := r.terms[name]; len(r.terms) == 0 || (ok && t.from <= c.size && c.size <= t.to) {
			isSigned = isSigned || r.logNames[name]
		}
		if r.witnesses[name] {
			cosigned[name] = true
		}
	}
	if !isSigned {
		return nil, fmt.Errorf("the checkpoint: no signature of a pinned key of %s", r.origin)
	}
	if len(cosigned) < r.quorum {
		return nil, fmt.Errorf("the checkpoint: %d witnesses cosigned, %d are needed", len(cosigned), r.quorum)
	}
	if c.origin != r.origin {
		return nil, fmt.Errorf("the checkpoint is of %s, not of %s", c.origin, r.origin)
	}
	c.cosignatures = len(cosigned)
	return c, nil
}

func parseCheckpoint(text string) (*checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[0] == "" || lines[3] != "" {
		return nil, fmt.Errorf("the checkpoint: not three lines")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return nil, fmt.Errorf("the checkpoint: %q is no size", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return nil, fmt.Errorf("the checkpoint: %w", err)
	}
	return &checkpoint{origin: lines[0], size: size, root: root}, nil
}

package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// envelope is DSSE v1; its signatures cover the pre-authentication encoding of type and payload.
type envelope struct {
	Payload     []byte `json:"payload"`
	PayloadType string `json:"payloadType"`
	Signatures  []struct {
		Keyid string `json:"keyid"`
		Sig   []byte `json:"sig"`
	} `json:"signatures"`
}

func (e *envelope) signedBy(key ed25519.PublicKey) bool {
	message := []byte(fmt.Sprintf("DSSEv1 %d %s %d ", len(e.PayloadType), e.PayloadType, len(e.Payload)))
	message = append(message, e.Payload...)
	for _, s := range e.Signatures {
		if ed25519.Verify(key, message, s.Sig) {
			return true
		}
	}
	return false
}

func (e *envelope) signedByAny(keys []ed25519.PublicKey) bool {
	for _, key := range keys {
		if e.signedBy(key) {
			return true
		}
	}
	return false
}

// nonProduction lists the environments in which one approval is enough in the lowest tier; every other is production.
var nonProduction = map[string]bool{"development": true, "test": true, "staging": true, "sandbox": true}

type predicate struct {
	ID          string            `json:"id"`
	Org         string            `json:"org"`
	Environment string            `json:"environment"`
	System      string            `json:"system"`
	Release     string            `json:"release"`
	Terms       string            `json:"terms"`
	Tier        string            `json:"tier"`
	Person      string            `json:"person"`
	Approvals   []json.RawMessage `json:"approvals"`
}

// authority follows decisions to warrants, warrants to approvals, approvals to keys that persons registered. (Who may
// change the roster is left to the product's own verifier.)
type authority struct {
	keys      *keyRing
	persons   map[string][]ed25519.PublicKey
	approvals map[[32]byte]bool
	warrants  map[string]predicate
	named     map[string]string
}

func newAuthority(keys *keyRing) *authority {
	return &authority{
		keys, map[string][]ed25519.PublicKey{}, map[[32]byte]bool{}, map[string]predicate{}, map[string]string{},
	}
}

func parseKey(text string) (ed25519.PublicKey, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, "ed25519:"))
	if err != nil || len(key) != ed25519.PublicKeySize || !strings.HasPrefix(text, "ed25519:") {
		return nil, fmt.Errorf("%q is no key", text)
	}
	return key, nil
}

func open(raw json.RawMessage) (*envelope, predicate, error) {
	var e envelope
	var s struct {
		Predicate predicate `json:"predicate"`
	}
	if err := strict(raw, &e); err != nil {
		return nil, s.Predicate, err
	}
	return &e, s.Predicate, json.Unmarshal(e.Payload, &s)
}

func (a *authority) take(index int64, l *leaf) error {
	var record struct {
		Type        string          `json:"type"`
		Warrant     *string         `json:"warrant"`
		System      string          `json:"system"`
		Environment string          `json:"environment"`
		Release     string          `json:"release"`
		Object      string          `json:"object"`
		Statement   json.RawMessage `json:"statement"`
		Body        struct {
			Change  string `json:"change"`
			Key     string `json:"key"`
			Warrant string `json:"warrant"`
		} `json:"body"`
		Actor struct {
			ID string `json:"id"`
		} `json:"actor"`
	}
	if err := json.Unmarshal(l.Record, &record); err != nil {
		return err
	}
	switch {
	case record.Type == "gov.roster" && record.Body.Change == "key_added":
		key, err := parseKey(record.Body.Key)
		if err != nil {
			return err
		}
		e, _, err := open(record.Statement)
		if err != nil || !e.signedBy(key) {
			return fmt.Errorf("a key of %s was registered without its own signature", record.Object)
		}
		a.persons[record.Object] = append(a.persons[record.Object], key)
	case record.Type == "gov.approval":
		e, _, err := open(record.Statement)
		if err != nil || !e.signedByAny(a.persons[record.Actor.ID]) {
			return fmt.Errorf("%s did not sign this approval", record.Actor.ID)
		}
		a.approvals[sha256.Sum256(record.Statement)] = true
	case record.Type == "gov.warrant_issued":
		return a.issue(record.Body.Warrant, record.Statement)
	case strings.HasPrefix(record.Type, "decision.") && record.Warrant != nil:
		a.named[*record.Warrant+" "+record.System+" "+record.Environment+" "+record.Release] = fmt.Sprint(index)
	}
	return nil
}

func (a *authority) issue(id string, statement json.RawMessage) error {
	e, w, err := open(statement)
	if err != nil {
		return err
	}
	if w.ID != id || !e.signedByAny(a.keys.warrants) {
		return fmt.Errorf("warrant %s is not signed by a pinned warrant key", id)
	}
	persons := map[string]bool{}
	for _, raw := range w.Approvals {
		_, said, err := open(raw)
		if err != nil {
			return err
		}
		if !a.approvals[sha256.Sum256(bytes.TrimSpace(raw))] {
			return fmt.Errorf("warrant %s carries an approval of %s that the log does not record", id, said.Person)
		}
		if said.System != w.System || said.Environment != w.Environment || said.Release != w.Release ||
			said.Terms != w.Terms || said.Tier != w.Tier || said.Org != w.Org {
			return fmt.Errorf("warrant %s carries an approval of something else", id)
		}
		persons[said.Person] = true
	}
	if len(persons) < 2 && !(len(persons) == 1 && w.Tier == "minimal" && nonProduction[w.Environment]) {
		return fmt.Errorf("warrant %s has %d approvals", id, len(persons))
	}
	a.warrants[id] = w
	return nil
}

func (a *authority) end() error {
	for named, index := range a.named {
		w := a.warrants[strings.SplitN(named, " ", 2)[0]]
		if w.ID+" "+w.System+" "+w.Environment+" "+w.Release != named {
			return fmt.Errorf("entry %s: its warrant is not here or is for something else", index)
		}
	}
	return nil
}

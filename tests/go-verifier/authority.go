package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// envelope is DSSE v1; its signatures cover the pre-authentication encoding of type and payload.
type envelope struct {
	Payload     []byte `json:"payload"`
	PayloadType string `json:"payloadType"`
	Signatures  []struct {
		Keyid             string `json:"keyid"`
		Sig               []byte `json:"sig"`
		AuthenticatorData []byte `json:"authenticatorData"`
		ClientDataJSON    []byte `json:"clientDataJSON"`
	} `json:"signatures"`
}

func (e *envelope) message() []byte {
	head := fmt.Sprintf("DSSEv1 %d %s %d ", len(e.PayloadType), e.PayloadType, len(e.Payload))
	return append([]byte(head), e.Payload...)
}

func (e *envelope) signedBy(key ed25519.PublicKey) bool {
	for _, s := range e.Signatures {
		if s.AuthenticatorData == nil && ed25519.Verify(key, e.message(), s.Sig) {
			return true
		}
	}
	return false
}

// signedByPerson says whether one of a person's keys signed, and whether one of them was a key file's.
func (e *envelope) signedByPerson(keys []personKey) (signed, withFile bool) {
	for _, key := range keys {
		if key.passkey != nil {
			for _, s := range e.Signatures {
				signed = signed || key.passkey.signed(e.message(), s.AuthenticatorData, s.ClientDataJSON, s.Sig)
			}
		} else if e.signedBy(key.file) {
			signed, withFile = true, true
		}
	}
	return signed, withFile
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
	DigestFrom  string            `json:"digestFrom"`
	Verb        string            `json:"verb"`
	Object      string            `json:"object"`
	After       string            `json:"after"`
	Approvals   []json.RawMessage `json:"approvals"`
	NotBefore   time.Time         `json:"notBefore"`
	NotAfter    time.Time         `json:"notAfter"`
	Envelope    *bounds           `json:"envelope"`
	Variant     *variant          `json:"variant"`
}

// authority follows decisions to warrants, warrants to approvals, approvals to keys that persons registered. (Who may
// change the roster is left to the product's own verifier.)
type authority struct {
	keys      *keyRing
	persons   map[string][]personKey
	approvals map[[32]byte]bool
	checkouts map[[32]byte]bool
	warrants  map[string]predicate
	named     map[string]string
	envelopes *envelopes
	adoptions map[string]*adoption
	adopted   map[string]string
}

// adoption lets the traffic of a system pass of which nothing was approved.
type adoption struct {
	ID          string `json:"id"`
	System      string `json:"system"`
	Environment string `json:"environment"`
	Tier        string `json:"tier"`
	Renews      string `json:"renews"`
	Since       string `json:"since"`
	Until       string `json:"until"`
	digest      string
	signers     map[string]bool
}

func newAuthority(keys *keyRing) *authority {
	return &authority{
		keys, map[string][]personKey{}, map[[32]byte]bool{}, map[[32]byte]bool{}, map[string]predicate{},
		map[string]string{}, newEnvelopes(),
		map[string]*adoption{}, map[string]string{},
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
			Change   string          `json:"change"`
			Key      string          `json:"key"`
			Warrant  string          `json:"warrant"`
			Adoption string          `json:"adoption"`
			Content  json.RawMessage `json:"content"`
		} `json:"body"`
		Adoption *string `json:"adoption"`
		Actor    struct {
			ID string `json:"id"`
		} `json:"actor"`
	}
	if err := json.Unmarshal(l.Record, &record); err != nil {
		return err
	}
	switch {
	case record.Type == "gov.roster" && record.Body.Change == "key_added":
		key, err := parsePersonKey(record.Body.Key)
		if err != nil {
			return err
		}
		e, _, err := open(record.Statement)
		if err != nil {
			return err
		}
		if signed, _ := e.signedByPerson([]personKey{key}); !signed {
			return fmt.Errorf("a key of %s was registered without its own signature", record.Object)
		}
		a.persons[record.Object] = append(a.persons[record.Object], key)
	case record.Type == "gov.approval":
		e, said, err := open(record.Statement)
		if err != nil {
			return err
		}
		signed, withFile := e.signedByPerson(a.persons[record.Actor.ID])
		if !signed {
			return fmt.Errorf("%s did not sign this approval", record.Actor.ID)
		}
		a.approvals[sha256.Sum256(record.Statement)] = true
		a.checkouts[sha256.Sum256(record.Statement)] = withFile && said.DigestFrom == "checkout"
	case record.Type == "gov.rehearsal_ended":
		return a.envelopes.tested(record.Statement, a.keys)
	case record.Type == "gov.warrant_revoked":
		a.envelopes.revoked[record.Body.Warrant] = true
	case record.Type == "gov.warrant_issued":
		return a.issue(record.Body.Warrant, record.Statement)
	case record.Type == "gov.adoption_signed":
		var said adoption
		if err := json.Unmarshal(record.Body.Content, &said); err != nil {
			return err
		}
		// records are canonical, so the content as it stands here is what was signed for
		said.digest = fmt.Sprintf("sha256:%x", sha256.Sum256(record.Body.Content))
		said.signers = map[string]bool{}
		if a.adoptions[said.ID] != nil {
			return fmt.Errorf("adoption %s is there twice", said.ID)
		}
		a.adoptions[said.ID] = &said
		return a.adopt(said.ID, record.Actor.ID, record.Statement)
	case record.Type == "gov.adoption_confirmed":
		return a.adopt(record.Body.Adoption, record.Actor.ID, record.Statement)
	case strings.HasPrefix(record.Type, "decision.") && record.Adoption != nil:
		a.adopted[*record.Adoption+" "+record.System+" "+record.Environment] = fmt.Sprint(index)
	case strings.HasPrefix(record.Type, "decision.") && record.Warrant != nil:
		a.named[*record.Warrant+" "+record.System+" "+record.Environment+" "+record.Release] = fmt.Sprint(index)
	}
	return nil
}

// adopt takes one signature under an adoption: at most 30 days, no high tier, by a key of who acted.
func (a *authority) adopt(id, person string, statement json.RawMessage) error {
	said := a.adoptions[id]
	if said == nil {
		return fmt.Errorf("adoption %s was not asked for", id)
	}
	since, err := time.Parse(time.RFC3339, said.Since)
	if err != nil {
		return err
	}
	until, err := time.Parse(time.RFC3339, said.Until)
	if err != nil {
		return err
	}
	if until.Sub(since) > 30*24*time.Hour || (said.Tier != "minimal" && said.Tier != "limited") {
		return fmt.Errorf("adoption %s is too long or of a tier that is not adopted", id)
	}
	e, act, err := open(statement)
	if err != nil {
		return err
	}
	signed, _ := e.signedByPerson(a.persons[person])
	if !signed || act.Verb != "adopt" || act.Object != id || act.After != said.digest {
		return fmt.Errorf("%s did not sign adoption %s", person, id)
	}
	said.signers[person] = true
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
	if w.Variant != nil {
		if err := a.envelopes.fault(w, a.warrants); err != nil {
			return err
		}
		a.warrants[id] = w
		return nil
	}
	persons, fromCheckout := map[string]bool{}, false
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
		fromCheckout = fromCheckout || a.checkouts[sha256.Sum256(bytes.TrimSpace(raw))]
	}
	lane := w.Environment == "experimental"
	if lane && w.NotAfter.Sub(w.NotBefore) > 30*24*time.Hour {
		return fmt.Errorf("warrant %s lasts longer than the experimental lane allows", id)
	}
	light := w.Tier == "minimal" && (nonProduction[w.Environment] || lane) || w.Tier == "limited" && lane
	if len(persons) < 2 && !(len(persons) == 1 && light) {
		return fmt.Errorf("warrant %s has %d approvals", id, len(persons))
	}
	if w.Tier == "high" && !fromCheckout {
		return fmt.Errorf("warrant %s has no approval from a checkout", id)
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
	for named, index := range a.adopted {
		said := a.adoptions[strings.SplitN(named, " ", 2)[0]]
		if said == nil || said.ID+" "+said.System+" "+said.Environment != named ||
			len(said.signers) < 1 || (said.Renews != "" && len(said.signers) < 2) {
			return fmt.Errorf("entry %s: its adoption is not here, not signed by all or for something else", index)
		}
	}
	return nil
}

package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// bounds is what persons let vary under a warrant.
type bounds struct {
	Vary struct {
		Prompts []struct {
			File string `json:"file"`
			Max  int64  `json:"max"`
		} `json:"prompts"`
		Parameters map[string]struct {
			Min string `json:"min"`
			Max string `json:"max"`
		} `json:"parameters"`
		Adapters   []string `json:"adapters"`
		DataSets   []string `json:"dataSets"`
		Retrieval  bool     `json:"retrieval"`
		Retraining bool     `json:"retraining"`
	} `json:"vary"`
	Minimum map[string]string `json:"minimum"`
	PerDay  int64             `json:"perDay"`
	Until   string            `json:"until"`
	Lasts   int64             `json:"lasts"`
}

// variant is why a warrant carries no approvals of its own.
type variant struct {
	Warrant  string `json:"warrant"`
	Origin   string `json:"origin"`
	Evidence string `json:"evidence"`
	Changes  []struct {
		Part   string `json:"part"`
		Before string `json:"before"`
		After  string `json:"after"`
	} `json:"changes"`
	Number int64 `json:"number"`
}

// result is a test that the warrant key signed.
type result struct {
	Subject []struct {
		Name   string            `json:"name"`
		Digest map[string]string `json:"digest"`
	} `json:"subject"`
	PredicateType string `json:"predicateType"`
	Predicate     struct {
		Result string `json:"result"`
		Run    struct {
			Measures []struct {
				Name  string  `json:"name"`
				Value *string `json:"value"`
			} `json:"measures"`
		} `json:"run"`
	} `json:"predicate"`
}

// envelopes holds warrants without approvals against the warrants whose envelopes they name.
type envelopes struct {
	results map[string]result
	revoked map[string]bool
	numbers map[string]bool
}

func newEnvelopes() *envelopes {
	return &envelopes{map[string]result{}, map[string]bool{}, map[string]bool{}}
}

func (v *envelopes) tested(raw json.RawMessage, keys *keyRing) error {
	var e envelope
	if err := strict(raw, &e); err != nil {
		return nil // a test that broke off has no result
	}
	var r result
	if !e.signedByAny(keys.warrants) || json.Unmarshal(e.Payload, &r) != nil {
		return nil
	}
	if r.PredicateType == "https://in-toto.io/attestation/test-result/v0.1" {
		v.results[fmt.Sprintf("sha256:%x", sha256.Sum256(raw))] = r
	}
	return nil
}

func (v *envelopes) fault(w predicate, warrants map[string]predicate) error {
	said := *w.Variant
	origin, known := warrants[said.Warrant]
	if !known || origin.Variant != nil || origin.Envelope == nil || v.revoked[said.Warrant] {
		return fmt.Errorf("warrant %s is a variant of %s, which has no envelope here", w.ID, said.Warrant)
	}
	if origin.System != w.System || origin.Environment != w.Environment || origin.Terms != w.Terms ||
		origin.Tier != w.Tier || origin.Org != w.Org || origin.Release != said.Origin || origin.Release == w.Release ||
		len(w.Approvals) != 0 || w.Envelope != nil {
		return fmt.Errorf("warrant %s is for something else than %s", w.ID, said.Warrant)
	}
	b := *origin.Envelope
	last, err := time.Parse("2006-01-02", b.Until)
	if err != nil {
		return err
	}
	if w.NotBefore.Before(origin.NotBefore) || w.NotAfter.After(origin.NotAfter) ||
		w.NotAfter.After(last.AddDate(0, 0, 1)) ||
		w.NotAfter.Sub(w.NotBefore) > time.Duration(b.Lasts)*time.Millisecond {
		return fmt.Errorf("warrant %s lasts longer than its envelope", w.ID)
	}
	number := fmt.Sprint(said.Warrant, " ", w.NotBefore.UTC().Format("2006-01-02"), " ", said.Number)
	if said.Number < 1 || said.Number > b.PerDay || v.numbers[number] {
		return fmt.Errorf("warrant %s is more than its envelope allows a day", w.ID)
	}
	v.numbers[number] = true
	for _, c := range said.Changes {
		if !b.hold(c.Part, c.Before, c.After) {
			return fmt.Errorf("warrant %s lets %s vary outside its bound", w.ID, c.Part)
		}
	}
	return v.proven(w, b)
}

func (v *envelopes) proven(w predicate, b bounds) error {
	r, known := v.results[w.Variant.Evidence]
	about := known && r.Predicate.Result == "PASSED" && len(r.Subject) == 1 &&
		"sha256:"+r.Subject[0].Digest["sha256"] == w.Release
	for name, least := range b.Minimum {
		reached := false
		for _, m := range r.Predicate.Run.Measures {
			reached = reached || m.Name == name && m.Value != nil && atMost(least, *m.Value)
		}
		about = about && reached
	}
	if !about {
		return fmt.Errorf("warrant %s stands on no test that its envelope asks for", w.ID)
	}
	return nil
}

func (b *bounds) hold(part, before, after string) bool {
	kind, name, _ := strings.Cut(part, ".")
	switch kind {
	case "parameters":
		allowed, known := b.Vary.Parameters[name]
		least, greatest := json.Number(after), json.Number(after)
		var asked struct {
			Min *json.Number `json:"min"`
			Max *json.Number `json:"max"`
		}
		if strings.HasPrefix(after, "{") {
			if json.Unmarshal([]byte(after), &asked) != nil || asked.Min == nil || asked.Max == nil {
				return false
			}
			least, greatest = *asked.Min, *asked.Max
		}
		return known && atMost(allowed.Min, least.String()) && atMost(least.String(), greatest.String()) &&
			atMost(greatest.String(), allowed.Max)
	case "prompts":
		var was, now struct {
			Length int64    `json:"length"`
			Holes  []string `json:"holes"`
		}
		if json.Unmarshal([]byte(before), &was) != nil || json.Unmarshal([]byte(after), &now) != nil {
			return false
		}
		for _, p := range b.Vary.Prompts {
			if p.File == name {
				return now.Length <= p.Max && strings.Join(was.Holes, " ") == strings.Join(now.Holes, " ")
			}
		}
	case "adapters":
		return contains(b.Vary.Adapters, name)
	case "dataSets":
		return contains(b.Vary.DataSets, name)
	case "retrieval":
		return name == "" && b.Vary.Retrieval
	case "retraining":
		return name == "" && b.Vary.Retraining
	}
	return false
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

func atMost(a, b string) bool {
	x, isX := new(big.Rat).SetString(a)
	y, isY := new(big.Rat).SetString(b)
	return isX && isY && x.Cmp(y) <= 0
}

package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/url"
	"strings"
)

// personKey is a key of a person: of a key file, or a passkey.
type personKey struct {
	file    ed25519.PublicKey
	passkey *passkey
}

// passkey is "passkey:ORIGIN#CREDENTIAL#POINT" (Web Authentication Level 3, section 7.2).
type passkey struct {
	origin string
	host   string
	point  *ecdsa.PublicKey
}

func parsePersonKey(text string) (personKey, error) {
	if !strings.HasPrefix(text, "passkey:") {
		file, err := parseKey(text)
		return personKey{file: file}, err
	}
	parts := strings.Split(strings.TrimPrefix(text, "passkey:"), "#")
	if len(parts) != 3 {
		return personKey{}, fmt.Errorf("%q is no passkey", text)
	}
	origin, err := url.Parse(parts[0])
	if err != nil {
		return personKey{}, err
	}
	encoded, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(encoded) != 65 || encoded[0] != 4 {
		return personKey{}, fmt.Errorf("%q has no point", text)
	}
	x, y := new(big.Int).SetBytes(encoded[1:33]), new(big.Int).SetBytes(encoded[33:])
	if !elliptic.P256().IsOnCurve(x, y) {
		return personKey{}, fmt.Errorf("the point of %q is not on the curve", text)
	}
	point := &ecdsa.PublicKey{Curve: elliptic.P256(), X: x, Y: y}
	return personKey{passkey: &passkey{parts[0], origin.Hostname(), point}}, nil
}

func (p *passkey) signed(message, authenticator, client, signature []byte) bool {
	var said struct {
		Type        string          `json:"type"`
		Challenge   string          `json:"challenge"`
		Origin      string          `json:"origin"`
		CrossOrigin bool            `json:"crossOrigin"`
		TopOrigin   json.RawMessage `json:"topOrigin"`
	}
	if len(authenticator) < 37 || json.Unmarshal(client, &said) != nil {
		return false
	}
	challenge, party, clientHash := sha256.Sum256(message), sha256.Sum256([]byte(p.host)), sha256.Sum256(client)
	const presentAndVerified = 0x05
	if said.Type != "webauthn.get" || said.Challenge != base64.RawURLEncoding.EncodeToString(challenge[:]) ||
		said.Origin != p.origin || said.CrossOrigin || said.TopOrigin != nil ||
		!bytes.Equal(authenticator[:32], party[:]) || authenticator[32]&presentAndVerified != presentAndVerified {
		return false
	}
	signedBytes := sha256.Sum256(append(append([]byte{}, authenticator...), clientHash[:]...))
	return ecdsa.VerifyASN1(p.point, signedBytes[:], signature)
}

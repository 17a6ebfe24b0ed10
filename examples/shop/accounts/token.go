package accounts

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// tokenHeader is {"alg":"HS256","typ":"JWT"}: the only header we write, and so the only one we read.
const tokenHeader = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"

var (
	errForged  = errors.New("the token is not one of ours")
	errExpired = errors.New("the token has expired")
)

type claims struct {
	Subject int64 `json:"sub"`
	Expires int64 `json:"exp"` // Unix seconds
}

func (a *Accounts) sign(user int64, expires time.Time) string {
	payload, err := json.Marshal(claims{user, expires.Unix()})
	if err != nil {
		panic(err) // two numbers
	}
	signed := tokenHeader + "." + base64.RawURLEncoding.EncodeToString(payload)
	return signed + "." + base64.RawURLEncoding.EncodeToString(a.mac(signed))
}

func (a *Accounts) userOf(token string) (int64, error) {
	last := strings.LastIndexByte(token, '.')
	if last < 0 {
		return 0, errForged
	}
	signed := token[:last]
	header, payload, found := strings.Cut(signed, ".")
	mac, err := base64.RawURLEncoding.DecodeString(token[last+1:])
	if !found || header != tokenHeader || err != nil || !hmac.Equal(mac, a.mac(signed)) {
		return 0, errForged
	}
	var c claims
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil || json.Unmarshal(raw, &c) != nil {
		return 0, errForged
	}
	if !time.Now().Before(time.Unix(c.Expires, 0)) {
		return 0, errExpired
	}
	return c.Subject, nil
}

func (a *Accounts) mac(signed string) []byte {
	h := hmac.New(sha256.New, a.key)
	h.Write([]byte(signed))
	return h.Sum(nil)
}

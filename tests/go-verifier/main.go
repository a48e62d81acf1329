// Command go-verifier checks Provost's logs and receipts with code that shares nothing with Provost: Go's own
// golang.org/x/mod/sumdb packages and the C2SP specifications. It exists so that the formats are held by a second
// implementation. Exit code 0: everything asked was shown; 1: something is wrong, named in one line; 2: wrong usage.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
)

const usage = `go-verifier checkpoint  --trust trust.json FILE
go-verifier consistency --trust trust.json --ledger FOLDER OLD-CHECKPOINT NEW-CHECKPOINT
go-verifier proof       --trust trust.json [--leaf LEAF] FILE.tlog-proof
go-verifier folder      --trust trust.json [--since CHECKPOINT] FOLDER
go-verifier bundle      --trust trust.json FILE.zip
each with any number of --witness VKEY and a --quorum N`

type witnessKeys []string

func (w *witnessKeys) String() string     { return fmt.Sprint(*w) }
func (w *witnessKeys) Set(s string) error { *w = append(*w, s); return nil }

type options struct {
	keys   *keyRing
	leaf   string
	ledger string
	since  string
}

var errUsage = errors.New(usage)

func main() {
	summary, err := run(os.Args[1:])
	switch {
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	case err != nil:
		fmt.Println("REFUSED:", err)
		os.Exit(1)
	}
	fmt.Println("OK:", summary)
}

func run(arguments []string) (string, error) {
	if len(arguments) == 0 {
		return "", errUsage
	}
	var o options
	var witnesses witnessKeys
	flags := flag.NewFlagSet(arguments[0], flag.ContinueOnError)
	trust := flags.String("trust", "", "pinned keys")
	quorum := flags.Int("quorum", 0, "how many of the witnesses must have cosigned")
	flags.Var(&witnesses, "witness", "vkey of a witness")
	flags.StringVar(&o.leaf, "leaf", "", "the entry that a receipt is for")
	flags.StringVar(&o.ledger, "ledger", "", "the folder that holds the tiles")
	flags.StringVar(&o.since, "since", "", "a checkpoint seen before")
	if flags.Parse(arguments[1:]) != nil || flags.NArg() == 0 {
		return "", errUsage
	}
	var err error
	if o.keys, err = readTrust(*trust, witnesses, *quorum); err != nil {
		return "", err
	}
	switch arguments[0] {
	case "checkpoint":
		return checkCheckpoint(&o, flags.Arg(0))
	case "consistency":
		return checkConsistency(&o, flags.Arg(0), flags.Arg(1))
	case "proof":
		return checkReceipt(&o, flags.Arg(0))
	case "bundle":
		return checkBundle(&o, flags.Arg(0))
	case "folder":
		return checkFolder(&o, flags.Arg(0))
	}
	return "", errUsage
}

func checkCheckpoint(o *options, file string) (string, error) {
	c, err := o.keys.open(file)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("checkpoint of %s over %d entries, %d cosignatures", c.origin, c.size, c.cosignatures), nil
}

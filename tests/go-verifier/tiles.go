package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	// 256 entries of at most 65,535 bytes, each with its length
	maxTileBytes = tileWidth * (2 + 65535)
)

// number writes a tile's number as C2SP does. (tlog.Tile.Path of x/mod puts the height in front, which C2SP lacks.)
func number(n int64) string {
	text := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		text = fmt.Sprintf("x%03d/%s", n%1000, text)
	}
	return text
}

// readTile gives the first width hashes or entries of a tile: the full file, or the narrowest partial one that has them.
func readTile(folder, level string, n int64, width int) ([]byte, error) {
	path := filepath.Join(folder, "tile", level, filepath.FromSlash(number(n)))
	names := []string{path}
	for w := width; w < tileWidth; w++ {
		names = append(names, filepath.Join(path+".p", fmt.Sprint(w)))
	}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			continue
		}
		if info.Size() > maxTileBytes {
			return nil, fmt.Errorf("%s is larger than a tile can be", name)
		}
		return os.ReadFile(name)
	}
	return nil, fmt.Errorf("tile %s/%s of width %d is missing", level, number(n), width)
}

// tileFiles gives tlog the hash tiles of a folder.
type tileFiles struct{ folder string }

func (t *tileFiles) Height() int                     { return tileHeight }
func (t *tileFiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t *tileFiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := readTile(t.folder, fmt.Sprint(tile.L), tile.N, tile.W)
		if err != nil {
			return nil, err
		}
		if len(data) < tile.W*tlog.HashSize {
			return nil, fmt.Errorf("tile %d/%s is cut short", tile.L, number(tile.N))
		}
		all = append(all, data[:tile.W*tlog.HashSize])
	}
	return all, nil
}

// treeHash is the root of a log. (tlog.TreeHash of x/mod 0.7 gives zeroes for an empty one.)
func treeHash(size int64, hashes tlog.HashReader) (tlog.Hash, error) {
	if size == 0 {
		return sha256.Sum256(nil), nil
	}
	return tlog.TreeHash(size, hashes)
}

// checkConsistency proves, from the tiles of a folder, that the new checkpoint continues the old one.
func checkConsistency(o *options, oldFile, newFile string) (string, error) {
	before, err := o.keys.open(oldFile)
	if err != nil {
		return "", err
	}
	after, err := o.keys.open(newFile)
	if err != nil {
		return "", err
	}
	if before.size > after.size {
		return "", fmt.Errorf("rolled back: %d entries were signed before, now %d", before.size, after.size)
	}
	if before.size == after.size && before.root != after.root {
		return "", fmt.Errorf("forked: two roots for size %d", before.size)
	}
	if before.size > 0 {
		reader := tlog.TileHashReader(tlog.Tree{N: after.size, Hash: after.root}, &tileFiles{o.ledger})
		proof, err := tlog.ProveTree(after.size, before.size, reader)
		if err != nil {
			return "", err
		}
		if err := tlog.CheckTree(proof, after.size, after.root, before.size, before.root); err != nil {
			return "", fmt.Errorf("%d does not continue %d: %w", after.size, before.size, err)
		}
	}
	return fmt.Sprintf("size %d continues size %d", after.size, before.size), nil
}

// memoryHashes keeps every stored hash of a log that was read.
type memoryHashes []tlog.Hash

func (m memoryHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index < 0 || index >= int64(len(m)) {
			return nil, fmt.Errorf("hash %d is not known", index)
		}
		found[i] = m[index]
	}
	return found, nil
}

// checkFolder builds the whole tree again from the entries and holds every file of the folder against it.
func checkFolder(o *options, folder string) (string, error) {
	c, err := o.keys.open(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return "", err
	}
	if o.since != "" {
		before, err := o.keys.open(o.since)
		if err != nil {
			return "", err
		}
		if before.size > c.size {
			return "", fmt.Errorf("rolled back: %d entries were signed before, now %d", before.size, c.size)
		}
	}
	hashes, chains := memoryHashes{}, newChains(true)
	for first := int64(0); first < c.size; first += tileWidth {
		width := tileWidth
		if c.size-first < tileWidth {
			width = int(c.size - first)
		}
		bundle, err := readTile(folder, "entries", first/tileWidth, width)
		if err != nil {
			return "", err
		}
		for at := 0; at < width; at++ {
			var leaf []byte
			if leaf, bundle, err = nextEntry(bundle); err != nil {
				return "", fmt.Errorf("entry %d: %w", first+int64(at), err)
			}
			if at == tileWidth-1 && len(bundle) > 0 {
				return "", fmt.Errorf("something follows the entries of bundle %d", first/tileWidth)
			}
			if hashes, err = appendEntry(hashes, chains, o.keys, first+int64(at), leaf); err != nil {
				return "", err
			}
		}
	}
	if err := checkRoot(hashes, c); err != nil {
		return "", err
	}
	if err := checkTiles(folder, c.size, hashes); err != nil {
		return "", err
	}
	if o.since != "" {
		before, _ := o.keys.open(o.since)
		root, err := treeHash(before.size, hashes)
		if err != nil || root != before.root {
			return "", fmt.Errorf("rewritten below size %d, which was signed before", before.size)
		}
	}
	return fmt.Sprintf("folder of %d entries in %d streams", c.size, len(chains.streams)), nil
}

func appendEntry(h memoryHashes, chains *chains, keys *keyRing, index int64, leaf []byte) (memoryHashes, error) {
	hash := tlog.RecordHash(leaf)
	if index == 0 && hex.EncodeToString(hash[:]) != keys.genesis {
		return nil, fmt.Errorf("entry 0 is not the genesis that the trust file names")
	}
	if err := chains.next(index, leaf, hash); err != nil {
		return nil, err
	}
	stored, err := tlog.StoredHashesForRecordHash(index, hash, h)
	return append(h, stored...), err
}

func nextEntry(bundle []byte) (entry, rest []byte, err error) {
	if len(bundle) < 2 {
		return nil, nil, fmt.Errorf("its bundle is cut short")
	}
	length := int(bundle[0])<<8 | int(bundle[1])
	if len(bundle) < 2+length {
		return nil, nil, fmt.Errorf("its bundle is cut short")
	}
	return bundle[2 : 2+length], bundle[2+length:], nil
}

func checkRoot(hashes memoryHashes, c *checkpoint) error {
	root, err := treeHash(c.size, hashes)
	if err != nil {
		return err
	}
	if root != c.root {
		return fmt.Errorf("the entries do not give the checkpoint's root")
	}
	return nil
}

// checkTiles holds each hash tile on disk against the one that tlog makes of the entries.
func checkTiles(folder string, size int64, hashes memoryHashes) error {
	for _, tile := range tlog.NewTiles(tileHeight, 0, size) {
		want, err := tlog.ReadTileData(tile, hashes)
		if err != nil {
			return err
		}
		got, err := readTile(folder, fmt.Sprint(tile.L), tile.N, tile.W)
		if err != nil {
			return err
		}
		if !bytes.HasPrefix(got, want) || (tile.W == tileWidth && len(got) != len(want)) {
			return fmt.Errorf("tile %d/%s is not made of the entries", tile.L, number(tile.N))
		}
	}
	return nil
}

// Package shop is a real API with a real database, and with faults that can be switched on: Tidemark's demo and its test bed.
//
// Its stance: the healthy shop is written as well as we can, the faulty one as it happens to people. Nothing is global, so
// that two versions can run side by side in one process; Run is the whole program, for a main of ten lines or for a parent
// process that executes itself again.
package shop

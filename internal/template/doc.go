// Package template renders requests: texts with expressions in them, as /users/${users.id}/orders.
//
// Its stance: a text is compiled once and says then, with the place, whatever can be wrong with it; rendering appends to a
// buffer. It escapes by where the value goes (a path segment, a query, JSON), so that data cannot change a request's shape. It
// knows no HTTP beyond that.
//
// The language is that of expr-lang.org, with these functions: int(low, high) is a random whole number, both included;
// float(low, high) a random number; pick(list) one element; weighted(list, weights) one element, by weight; repeat(n, x) a
// list for which x is evaluated n times; uuid() a random UUID; hex(n) n random hexadecimal digits. $${ stands for ${ itself.
package template

// SPDX-License-Identifier: Apache-2.0

import Execution
import SMT

/// What a reader of counterexamples tells buffers apart by: how many ranges, of what folios, which
/// part of each, and what fails on the way. Where things lie in memory is no part of it.
struct Shape {
  /// Of a range that this run does not have, and a failure that it does not come to: 0.
  private var parts: [String: Term] = [:]

  /// The names of inputs, without `[index]`, and of choices, without `#number`.
  private static let names: Set<Substring> = [
    "ranges", "kind", "order", "hvo", "offset", "pages", "file pages", "empty", "value entry",
    "uptodate", "allocation fails", "folio_try_get fails",
  ]

  init(_ inputs: [Input], pool: TermPool) {
    let first = inputs.first { $0.name == "first page" }?.term
    for input in inputs {
      let name = input.name.prefix { $0 != "[" && $0 != "#" }
      if Shape.names.contains(name) {
        parts[input.name] = input.term
      } else if name == "index", let first {
        parts[input.name] = pool.sub(input.term, first)
      }
    }
  }

  /// Under an assignment.
  func values(_ witness: Witness) -> [String: UInt64] {
    parts.mapValues { witness.value(of: $0) }
  }

  /// It is none of those values.
  func differs(from values: [String: UInt64], pool: TermPool) -> Term {
    var result = Term.no
    for name in Set(parts.keys).union(values.keys).sorted() {
      let part = parts[name] ?? Term(0, width: 64)
      let isSame = pool.equal(part, Term(values[name] ?? 0, width: part.width))
      result = pool.or(result, pool.not(isSame))
    }
    return result
  }
}

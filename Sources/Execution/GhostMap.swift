// SPDX-License-Identifier: Apache-2.0

import SMT

/// Unbounded memory of the model: from 64-bit keys to 64-bit values, all 0 at first. Reading asks
/// the writes from the last to the first, without exploring anything apart.
struct GhostMap: Sendable {
  private enum Write: Sendable {
    case one(key: Term, value: Term)
    case range(low: Term, high: Term, stride: UInt64, value: Term, step: Term)
  }

  private var writes: [Write] = []

  mutating func set(_ key: Term, _ value: Term) {
    // A second write of the same key right after the first makes that one invisible.
    if case .one(key: let last, value: _)? = writes.last, last == key { writes.removeLast() }
    writes.append(.one(key: key, value: value))
  }

  mutating func setRange(low: Term, high: Term, stride: UInt64, value: Term, step: Term) {
    writes.append(.range(low: low, high: high, stride: stride, value: value, step: step))
  }

  /// The value of a key. Takes time linear in the writes since the last that surely is the key's.
  func get(_ key: Term, pool: TermPool) -> Term {
    var hits: [(condition: Term, value: Term)] = []
    var result = Term(0, width: 64)
    for write in writes.reversed() {
      let hit = self.hit(write, key, pool: pool)
      if hit.condition.isFalse { continue }
      if hit.condition.isTrue {
        result = hit.value
        break
      }
      hits.append(hit)
    }
    for hit in hits.reversed() { result = pool.choose(hit.condition, hit.value, result) }
    return result
  }

  private func hit(
    _ write: Write, _ key: Term, pool: TermPool
  ) -> (condition: Term, value: Term) {
    switch write {
    case .one(let written, let value): return (pool.equal(written, key), value)
    case .range(let low, let high, let stride, let value, let step):
      let distance = pool.sub(key, low)
      let inside = pool.and(pool.lessOrEqual(low, key), pool.less(key, high))
      let rest = pool.and(distance, Term(stride &- 1, width: 64))
      let condition = pool.and(inside, pool.equal(rest, Term(0, width: 64)))
      if condition.isFalse || step.constant == 0 { return (condition, value) }
      let number = pool.lshr(distance, Term(UInt64(stride.trailingZeroBitCount), width: 64))
      return (condition, pool.add(value, pool.mul(number, step)))
    }
  }
}

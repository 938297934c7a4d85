// SPDX-License-Identifier: Apache-2.0

import Execution
import SMT

/// Something that may hold whenever a loop begins a round.
struct Candidate {
  /// The same at every point that the loop comes by.
  var name: CandidateName
  /// Of width 1, over the terms of one such point.
  var term: Term
  /// What the candidate says as an equation, where it is one: under the guard, the first is the
  /// second.
  var equation: Equation?
  /// The names of candidates that imply it.
  var stronger: [CandidateName] = []
  /// What the loop's author states; nil for a template's.
  var stated: StatedInvariant?
  /// Why a stated one has no value here.
  var problem: String?

  /// An element that an invariant gives the value of.
  struct Equation {
    var guarded: Term
    var element: Term
    var value: Term
  }
}

/// Makes the candidates for a loop's invariant: comparisons of what the loop changes with what is
/// there, and what the contract asks, from or up to a place that is followed.
struct CandidateTemplates {
  let machine: Machine
  let changes: LoopChanges
  /// Where the loop is entered.
  let entry: State
  /// What one round adds to variables, where that is a constant.
  let steps: [LoopVariable: UInt64]
  /// The loop is in the function of the topmost call.
  private var pool: TermPool { machine.pool }

  init(machine: Machine, changes: LoopChanges, entry: State, steps: [LoopVariable: UInt64]) {
    self.machine = machine
    self.changes = changes
    self.entry = entry
    self.steps = steps
  }

  private struct Named {
    var name: CandidateName
    var term: Term
    /// Of a claim that an element has a value: the two.
    var element: Term?
    var value: Term?

    /// The claim as an equation, under a guard.
    func equation(if guarded: Term) -> Candidate.Equation? {
      guard let element, let value else { return nil }
      return Candidate.Equation(guarded: guarded, element: element, value: value)
    }
  }

  private struct Variable {
    var name: CandidateName
    var value: Term
    var entry: Term
    var step: UInt64?
    var size: Int
    var isOfTheProgram: Bool
    /// It goes from page to page.
    var isOfBytes: Bool
  }

  /// What there is to speak of at one point.
  private struct Vocabulary {
    var variables: [Variable] = []
    var values: [Named] = []
    var sums: [Named] = []
    /// Where a walk through the page tables is at an address.
    var entries: [Named] = []
    var watched: [Named] = []
    var claims: [Named] = []
  }

  /// The candidates at a point that the loop comes by, in a fixed order; `facts` is handed what
  /// the model knows of their terms.
  func candidates(at state: State, facts: (Term) throws -> Void) throws -> [Candidate] {
    let words = try vocabulary(state, facts)
    var result: [Candidate] = []
    for variable in words.variables { result += comparisons(of: variable, words) }
    for (index, x) in words.variables.enumerated() where x.isOfTheProgram {
      for y in words.variables.dropFirst(index + 1) where y.isOfTheProgram {
        result += pair(x, y)
      }
    }
    for claim in words.claims {
      result.append(
        Candidate(name: claim.name, term: claim.term, equation: claim.equation(if: .yes)))
      for guarded in guards(words) {
        result.append(
          Candidate(
            name: "\(guarded.name) -> \(claim.name)",
            term: pool.or(pool.not(guarded.term), claim.term),
            equation: claim.equation(if: guarded.term), stronger: [claim.name]))
      }
    }
    result += try stated(at: state, facts)
    var names: Set<CandidateName> = []
    return result.filter { names.insert($0.name).inserted }
  }

  /// What the loop's author states. Its place is in its name, so that no template has the same.
  private func stated(
    at state: State, _ facts: (Term) throws -> Void
  ) throws -> [Candidate] {
    try machine.statedInvariants(at: state).map { stated in
      let value = try machine.value(of: stated, at: state, facts: facts)
      return Candidate(
        name: "\(stated.text) (vmap_invariant at \(stated.site.place))", term: value.holds,
        stated: stated, problem: value.problem)
    }
  }

  // MARK: Vocabulary

  private func name(of variable: LoopVariable, _ state: State) -> CandidateName {
    CandidateName(
      state.name(of: variable),
      of: "\(variable.handle) \(variable.offset) \(variable.size)")
  }

  private func vocabulary(
    _ state: State, _ facts: (Term) throws -> Void
  ) throws -> Vocabulary {
    var words = Vocabulary()
    for variable in changes.ordered {
      guard let value = state.value(of: variable, pool: pool),
        let before = entry.value(of: variable, pool: pool)
      else { continue }
      words.variables.append(
        Variable(
          name: name(of: variable, state), value: pool.resize(value, to: 64),
          entry: pool.resize(before, to: 64), step: steps[variable],
          size: variable.size, isOfTheProgram: variable.handle.isOfTheProgram,
          isOfBytes: changes.goesByPages(variable)))
    }
    try addLandmarks(state, &words, facts)
    try addScalars(state, &words, facts)
    return words
  }

  private func addLandmarks(
    _ state: State, _ words: inout Vocabulary, _ facts: (Term) throws -> Void
  ) throws {
    let seen = try machine.look("vmc_landmarks", [], state, facts: facts)
    var elements: [Named] = []
    var keys: [Named] = []
    for landmark in seen.landmarks {
      let named = Named(name: "\(landmark.name)", term: landmark.term)
      switch landmark.kind {
      case .value: words.values.append(named)
      case .watched: words.watched.append(named)
      case .element: elements.append(named)
      case .key: keys.append(named)
      case .claim: words.claims.append(named)
      }
    }
    addKeys(keys, state, &words)
    for (array, size) in changes.arrays.sorted(by: { $0.key.number < $1.key.number }) {
      for word in state.words(of: array, size: size, pool: pool) {
        let name: CandidateName = "\(CandidateName(word.name, of: "\(array)"))[watched]"
        words.claims.append(Named(name: "\(name) is written", term: word.isWritten))
        for value in elements {
          let term = pool.resize(value.term, to: word.value.width)
          words.claims.append(
            Named(
              name: "\(name) == \(value.name)", term: pool.equal(word.value, term),
              element: word.value, value: term))
        }
      }
    }
    for variable in words.variables where variable.isOfTheProgram && variable.size >= 4 {
      try addSums(variable.name, variable.value, state, &words, facts)
    }
  }

  /// What the model's maps have of the keys that are followed may be what they had; of those that
  /// had nothing the model has claims of its own.
  private func addKeys(_ keys: [Named], _ state: State, _ words: inout Vocabulary) {
    for map in changes.maps.sorted() {
      for key in keys {
        let before = entry.value(ofMap: map, at: key.term, pool: pool)
        if before.constant == 0 { continue }
        let now = state.value(ofMap: map, at: key.term, pool: pool)
        words.claims.append(
          Named(name: "map \(map) at \(key.name) is as before", term: pool.equal(now, before)))
      }
    }
  }

  /// What the model knows of a range whose number a value may be.
  private func addSums(
    _ name: CandidateName, _ value: Term, _ state: State, _ words: inout Vocabulary,
    _ facts: (Term) throws -> Void
  ) throws {
    // A number of ranges has 32 bits.
    if pool.range(of: value).upperBound > UInt64(UInt32.max) { return }
    for landmark in try machine.look("vmc_landmarks_at", [value], state, facts: facts).landmarks {
      words.sums.append(Named(name: "\(landmark.name)(\(name))", term: landmark.term))
    }
  }

  private func addScalars(
    _ state: State, _ words: inout Vocabulary, _ facts: (Term) throws -> Void
  ) throws {
    for variable in words.variables {
      try addEntries(variable.name, variable.value, like: variable.entry, state, &words, facts)
    }
    var known = Set(words.values.map(\.term))
    for (variable, value) in state.scalars(pool: pool) {
      if changes.variables.contains(variable) || value.constant != nil { continue }
      let term = pool.resize(value, to: 64)
      if !known.insert(term).inserted { continue }
      let name = name(of: variable, state)
      words.values.append(Named(name: name, term: term))
      try addSums(name, term, state, &words, facts)
      try addEntries(name, term, like: term, state, &words, facts)
    }
  }

  /// What the model knows of an address of the vmalloc space, or of one that began there.
  private func addEntries(
    _ name: CandidateName, _ value: Term, like first: Term, _ state: State,
    _ words: inout Vocabulary, _ facts: (Term) throws -> Void
  ) throws {
    guard part(of: first) == CandidateTemplates.vmallocSpace else { return }
    let seen = try machine.look("vmc_landmarks_of_address", [value], state, facts: facts)
    for landmark in seen.landmarks {
      words.entries.append(Named(name: "\(landmark.name)(\(name))", term: landmark.term))
    }
  }

  // MARK: Templates

  private func comparisons(of x: Variable, _ words: Vocabulary) -> [Candidate] {
    var result = [
      Candidate(name: "\(x.name) is as before", term: pool.equal(x.value, x.entry))
    ]
    if x.size == 1 {
      let isTruth = pool.lessOrEqual(x.value, Term(1, width: 64))
      return result + [Candidate(name: "\(x.name) <= 1", term: isTruth)]
    }
    if !x.isOfTheProgram { return result }
    result.append(
      Candidate(name: "\(x.name) >= its first value", term: pool.lessOrEqual(x.entry, x.value)))
    for value in words.values + words.sums where isLike(x.entry, value.term) {
      let equal: CandidateName = "\(x.name) == \(value.name)"
      let less: CandidateName = "\(x.name) < \(value.name)"
      result += [
        Candidate(name: equal, term: pool.equal(x.value, value.term)),
        Candidate(name: less, term: pool.less(x.value, value.term)),
        Candidate(
          name: "\(x.name) <= \(value.name)", term: pool.lessOrEqual(x.value, value.term),
          stronger: [equal, less]),
      ]
    }
    if let part = part(of: x.entry), part > CandidateTemplates.vmallocSpace {
      result += words.entries.map {
        Candidate(name: "\(x.name) == \($0.name)", term: pool.equal(x.value, $0.term))
      }
    }
    let moved = pool.sub(x.value, x.entry)
    for sum in words.sums {
      for shift in [UInt64(0), 12] {
        let scaled = pool.shl(sum.term, Term(shift, width: 64))
        result.append(
          Candidate(
            name: "\(x.name) - its first value == \(sum.name) << \(shift)",
            term: pool.equal(moved, scaled)))
      }
    }
    return result
  }

  /// Numbers are not compared with addresses, nor addresses of one part of the address space with
  /// those of another: what comes of it says nothing. A variable is taken to stay in the part that
  /// it began in. NULL may stand for any address.
  private func isLike(_ a: Term, _ b: Term) -> Bool {
    if b.constant == 0 { return true }
    guard let first = part(of: a), let second = part(of: b) else { return true }
    return first == second
  }

  /// Where the parts of the address space end: numbers, others, the vmalloc space, vmemmap, and the
  /// model's windows for the levels of page tables (layout.h).
  private static let ends: [UInt64] = [
    1 << 53, 0xffa0_0000_0000_0000, 0xffd2_0000_0000_0000, 0xffe0_0000_0000_0000,
    0xffe1_0000_0000_0000, 0xffe2_0000_0000_0000, 0xffe3_0000_0000_0000, 0xffe4_0000_0000_0000,
  ]
  private static let vmallocSpace = 2

  private func isNumber(_ term: Term) -> Bool { part(of: term) == 0 }

  /// The part of the address space that a value surely lies in; nil if that is not known.
  private func part(of term: Term) -> Int? {
    let range = pool.range(of: term)
    let ends = CandidateTemplates.ends
    let part = ends.firstIndex { range.upperBound <= $0 } ?? ends.count
    return part == 0 || ends[part - 1] <= range.lowerBound ? part : nil
  }

  /// Two variables that go along with each other.
  private func pair(_ x: Variable, _ y: Variable) -> [Candidate] {
    var result: [Candidate] = []
    if isLike(x.entry, y.entry) {
      result += [
        Candidate(name: "\(x.name) <= \(y.name)", term: pool.lessOrEqual(x.value, y.value)),
        Candidate(name: "\(y.name) <= \(x.name)", term: pool.lessOrEqual(y.value, x.value)),
      ]
    }
    guard let dx = x.step, let dy = y.step, dx != 0, dy != 0 else {
      return result + [alike(x, y), pages(x, y), pages(y, x)]
    }
    let left = pool.mul(pool.sub(x.value, x.entry), Term(dy, width: 64))
    let right = pool.mul(pool.sub(y.value, y.entry), Term(dx, width: 64))
    result.append(
      Candidate(
        name: "\(dy)·(\(x.name) - first) == \(dx)·(\(y.name) - first)",
        term: pool.equal(left, right)))
    return result
  }

  /// Both go on by the same.
  private func alike(_ x: Variable, _ y: Variable) -> Candidate {
    Candidate(
      name: "\(x.name) - first == \(y.name) - first",
      term: pool.equal(pool.sub(x.value, x.entry), pool.sub(y.value, y.entry)))
  }

  /// One counts bytes, the other pages.
  private func pages(_ x: Variable, _ y: Variable) -> Candidate {
    let pages = pool.sub(y.value, y.entry)
    return Candidate(
      name: "\(x.name) - first == (\(y.name) - first) << 12",
      term: pool.equal(pool.sub(x.value, x.entry), pool.shl(pages, Term(12, width: 64))))
  }

  /// From a watched place on, or up to it. Numbers of bytes say nothing of a number of pages.
  private func guards(_ words: Vocabulary) -> [Named] {
    words.watched.flatMap { watched in
      words.variables.filter {
        $0.isOfTheProgram && $0.size >= 4 && isLike($0.entry, watched.term)
          && !($0.isOfBytes && isNumber(watched.term))
      }.flatMap { x in
        [
          Named(
            name: "\(watched.name) < \(x.name)", term: pool.less(watched.term, x.value)),
          Named(
            name: "\(x.name) <= \(watched.name)", term: pool.lessOrEqual(x.value, watched.term)),
          Named(
            name: "\(watched.name) < the first \(x.name)",
            term: pool.less(watched.term, x.entry)),
        ]
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0

/// The loops of a function: where each is entered, and the blocks that it goes through.
struct LoopStructure: Sendable {
  /// By the block that every round begins with.
  private(set) var bodies: [Int: Set<Int>] = [:]

  /// Finds the loops of a function's blocks, of which the first is its entry.
  init(_ blocks: [[Step]]) {
    let successors = blocks.map(LoopStructure.successors)
    var predecessors = Array(repeating: [Int](), count: blocks.count)
    for (block, next) in successors.enumerated() {
      for target in next where predecessors.indices.contains(target) {
        predecessors[target].append(block)
      }
    }
    for (source, head) in LoopStructure.backEdges(successors) {
      bodies[head, default: [head]].formUnion(LoopStructure.body(head, source, predecessors))
    }
  }

  private static func successors(_ steps: [Step]) -> [Int] {
    switch steps.last?.action {
    case .jump(let block): [block]
    case .branch(_, let yes, let no): [yes, no]
    case .multiway(_, let other, let cases): [other] + cases.map(\.block)
    default: []
    }
  }

  /// Jumps back to a block that is on the way from the entry.
  private static func backEdges(_ successors: [[Int]]) -> [(source: Int, head: Int)] {
    enum Mark { case new, open, done }
    var marks = Array(repeating: Mark.new, count: successors.count)
    var edges: [(source: Int, head: Int)] = []
    var stack: [(block: Int, next: Int)] = successors.isEmpty ? [] : [(0, 0)]
    if !marks.isEmpty { marks[0] = .open }
    while let (block, next) = stack.popLast() {
      guard next < successors[block].count else {
        marks[block] = .done
        continue
      }
      stack.append((block, next + 1))
      let target = successors[block][next]
      guard marks.indices.contains(target) else { continue }
      switch marks[target] {
      case .new:
        marks[target] = .open
        stack.append((target, 0))
      case .open: edges.append((block, target))
      case .done: break
      }
    }
    return edges
  }

  private static func body(_ head: Int, _ source: Int, _ predecessors: [[Int]]) -> Set<Int> {
    var body: Set<Int> = [head, source]
    var agenda = source == head ? [] : [source]
    while let block = agenda.popLast() {
      for previous in predecessors[block] where body.insert(previous).inserted {
        agenda.append(previous)
      }
    }
    return body
  }
}

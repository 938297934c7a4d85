// SPDX-License-Identifier: Apache-2.0

import SMT
import Verifier

/// All that one run of `vmapcheck verify` has found.
public struct RunReport: Sendable {
  /// In the order of files and specs.
  public var entries: [Entry]
  /// What all verdicts rest on.
  public var basis: Basis
  /// What went wrong beside the specs, for example a counterexample that cannot be written.
  public var problems: [Problem]
  /// The user ended the run.
  public var isInterrupted: Bool
  /// How long it took.
  public var time: Duration
  /// The most memory that vmapcheck itself had, in bytes; clang's is not counted.
  public var peakMemory: UInt64 = 0

  /// Makes a report.
  public init(
    entries: [Entry] = [], basis: Basis, problems: [Problem] = [], isInterrupted: Bool = false,
    time: Duration = .zero
  ) {
    self.entries = entries
    self.basis = basis
    self.problems = problems
    self.isInterrupted = isInterrupted
    self.time = time
  }

  /// What to exit with: where several apply, 130 > 4 > 2 > 1 > 3 > 0.
  public var exitStatus: ExitStatus {
    var statuses = entries.map(\.exitStatus)
    statuses += problems.map { $0.isInternal ? .internalError : .usage }
    if isInterrupted { statuses.append(.interrupted) }
    return .worst(of: statuses)
  }

  /// How many entries have each status.
  public var counts: [(status: Status, count: Int)] {
    Status.allCases.compactMap { status in
      let count = entries.count { $0.status == status }
      return count > 0 ? (status, count) : nil
    }
  }
}

/// What the verdicts of a run rest on.
public struct Basis: Sendable {
  /// vmapcheck's version.
  public var vmapcheck: String
  /// clang's first line.
  public var clang: String
  /// clang's path.
  public var clangPath: String
  /// Z3's version.
  public var z3: String
  /// The kernel tree, if one was used.
  public var tree: Tree?
  /// What one check of the solver may take.
  public var budget: Budget

  /// A kernel tree.
  public struct Tree: Sendable, Codable, Hashable {
    /// Its folder or tarball.
    public var path: String
    /// What its Makefile says.
    public var version: String

    /// Makes one.
    public init(path: String, version: String) {
      self.path = path
      self.version = version
    }
  }

  /// Makes a basis.
  public init(
    vmapcheck: String, clang: String, clangPath: String, z3: String, tree: Tree?, budget: Budget
  ) {
    self.vmapcheck = vmapcheck
    self.clang = clang
    self.clangPath = clangPath
    self.z3 = z3
    self.tree = tree
    self.budget = budget
  }

  /// A line for each thing that has to be right for the verdicts to be right.
  public var lines: [String] {
    var lines = [
      "\(clang.prefix { $0 != "(" }.trimmingBlanks): the IR that it makes at -O0",
      "vmapcheck \(vmapcheck): its semantics of that IR, and its model of the kernel",
      "Z3 \(z3): its answers (seed \(budget.seed))",
      "x86-64 with pages of 4 KiB and physical addresses of at most 52 bits",
    ]
    if let tree {
      lines.append("linux \(tree.version) (\(tree.path)): the text of what is taken from it")
    }
    return lines
  }
}

extension Substring {
  /// Without the blanks at its end.
  fileprivate var trimmingBlanks: Substring {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}

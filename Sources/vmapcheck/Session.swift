// SPDX-License-Identifier: Apache-2.0

import Environment
import Foundation
import Frontend
import KernelSource
import Replay
import Report
import SMT
import Verifier

/// One run of `vmapcheck verify`.
struct Session: Sendable {
  let paths: [String]
  /// Of the specs in the files, those that are wanted; empty for all.
  var specs: [String] = []
  let kernel: String?
  let clang: String?
  let jobs: Int
  let settings: VerifierSettings
  let interruption: Interruption
  let detail: Detail
  let progress = Progress(console: .shared)

  /// Verifies, prints, and says what to exit with.
  func run(presenter: Presenter) async -> ExitStatus {
    var presenter = presenter
    let begin = ContinuousClock.now
    progress.start()
    let setup: Setup
    do {
      setup = try await prepare { presenter.remark($0) }
    } catch {
      progress.stop()
      if interruption.isInterrupted {
        Console.shared.complain("vmapcheck: interrupted before the first spec")
        return .interrupted
      }
      let problem = Session.problem(error)
      Console.shared.complain(ProblemText(problem).lines.joined(separator: "\n"))
      return problem.isInternal ? .internalError : .usage
    }
    let known = await Batch(session: self, setup: setup).run { presenter.add($0) }
    progress.stop()
    for name in specs where !known.contains(name) && !interruption.isInterrupted {
      let there = known.isEmpty ? "" : "; there are \(known.joined(separator: ", "))"
      presenter.complain(
        Problem(message: "--spec \(name): no file has a spec of that name\(there)"))
    }
    var report = RunReport(
      entries: presenter.entries, basis: setup.basis(settings.budget),
      problems: presenter.problems, isInterrupted: interruption.isInterrupted,
      time: ContinuousClock.now - begin)
    report.peakMemory = Session.peakMemory
    presenter.finish(report)
    return report.exitStatus
  }

  /// In bytes.
  private static var peakMemory: UInt64 {
    var usage = rusage()
    // RUSAGE_SELF, whose C type is another one than the parameter's.
    guard getrusage(0, &usage) == 0 else { return 0 }
    return UInt64(usage.ru_maxrss) << 10
  }

  /// What is needed before the first spec.
  struct Setup: Sendable {
    var sources: [Source]
    var frontend: Frontend
    /// The tree for specs that take from one.
    var tree: KernelTree?
    /// Whether the user gave the tree: then it is every spec's.
    var isGiven: Bool

    func basis(_ budget: Budget) -> Basis {
      Basis(
        vmapcheck: Version.current, clang: frontend.clang.versionText,
        clangPath: frontend.clang.path, z3: Solver.version,
        tree: tree.map { Basis.Tree(path: $0.origin.path, version: $0.version.description) },
        budget: budget)
    }
  }

  /// A spec file, or why it cannot be read.
  struct Source: Sendable {
    var path: String
    var spec: Result<SpecSource, FrontendError>
  }

  /// Finds the specs, clang and the kernel tree.
  ///
  /// - Parameter remark: is told what was chosen for the user.
  func prepare(remark: (String) -> Void) async throws -> Setup {
    let sources = try SpecFinder.files(at: paths).map { path in
      Source(path: path, spec: Session.read(path))
    }
    let frontend = Frontend(
      clang: try await Clang.find(at: clang), environment: EnvironmentFiles.folder)
    let files = sources.flatMap { (try? $0.spec.get().kernelFiles) ?? [] }
    var tree: KernelTree?
    if let kernel {
      tree = try await open(kernel, files)
    } else if !files.isEmpty {
      let folder = Session.sourcesFolder
      if let newest = KernelTree.newestInstalled(in: folder) {
        remark(
          "kernel tree: \(newest.path), the newest in \(folder.path); --kernel TREE for another")
        tree = try await open(newest.path, files)
      }
    }
    return Setup(sources: sources, frontend: frontend, tree: tree, isGiven: kernel != nil)
  }

  /// Where kernel trees are looked for.
  private static var sourcesFolder: URL {
    let given = ProcessInfo.processInfo.environment["VMAPCHECK_SOURCES"] ?? ""
    return URL(fileURLWithPath: given.isEmpty ? "/usr/src" : given, isDirectory: true)
  }

  private static func read(_ path: String) -> Result<SpecSource, FrontendError> {
    do {
      return .success(try SpecSource(contentsOf: path))
    } catch {
      return .failure(error)
    }
  }

  private func open(_ path: String, _ files: [String]) async throws -> KernelTree {
    let name = "reading \(path)"
    progress.begin(name)
    defer { progress.end(name) }
    return try await KernelTree.open(at: path, files: Array(Set(files)).sorted())
  }

  /// Passes on clang's warnings.
  func warn(_ warnings: String) {
    if detail > .quiet, !warnings.isEmpty {
      let text = warnings.hasSuffix("\n") ? warnings.dropLast() : warnings[...]
      Console.shared.complain(String(text))
    }
  }

  /// An error in the user's terms; what has none is vmapcheck's own fault.
  static func problem(_ error: any Error) -> Problem {
    switch error {
    case let failure as SpecFailure:
      Problem(message: failure.message, callStack: failure.callStack)
    case let error as FrontendError: Problem(message: error.description)
    case let error as ReplayError: Problem(message: error.description)
    case let error as KernelError: Problem(message: error.description)
    case let error as KernelSourceError: Problem(message: error.description)
    default:
      Problem(
        message: "\(error): this is vmapcheck's own fault; please report it", isInternal: true)
    }
  }
}

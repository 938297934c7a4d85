// SPDX-License-Identifier: Apache-2.0

import Foundation
import Frontend
import Report
import SMT
import Verifier

/// The files of a run: each is compiled, then its specs are verified, several at once.
struct Batch {
  let session: Session
  let setup: Session.Setup

  /// Something to do.
  private enum Work: Sendable {
    case compile(file: Int)
    case verify(file: Int, spec: Int, name: String, SpecFile)
  }

  /// What came of it.
  private enum Result: Sendable {
    case compiled(file: Int, SpecFile)
    case ended(file: Int, spec: Int, Entry)
  }

  /// The specs of a file: one of unknown name until it is compiled; nil while there is no outcome.
  private struct Slot {
    var path: String
    var names: [String?] = [nil]
    var entries: [Entry?] = [nil]
    var lines: [String: Int] = [:]
    private var isRefused = false

    init(path: String) { self.path = path }

    mutating func end(_ spec: Int, _ entry: Entry) {
      if !isRefused { entries[spec] = entry }
    }

    /// Notes where the names of the file's specs are defined. Reports and counterexamples are
    /// called by them: a file with one that an earlier file has is an error, and nothing else.
    mutating func claimNames(_ places: inout [String: String]) {
      if lines.isEmpty || isRefused { return }
      let own = lines.mapValues { "\(path):\($0)" }
      lines = [:]
      for name in names.compactMap({ $0 }) {
        guard let place = own[name], let other = places[name] else { continue }
        isRefused = true
        names = [nil]
        let message = "\(place): the spec \(name) is defined at \(other), too; rename one of them"
        entries = [Entry(file: path, outcome: .failed(Problem(message: message)))]
        return
      }
      places.merge(own) { first, _ in first }
    }
  }

  /// What was handed over so far.
  private struct Position {
    var file = 0
    var spec = 0
    /// Where the specs of the files up to here are defined, by their names.
    var places: [String: String] = [:]
  }

  /// Does everything, and hands over the outcomes in order, each as soon as those before it are
  /// there. What was not done when the task is cancelled is handed over as interrupted.
  ///
  /// - Returns: the names of all specs of the files, wanted or not.
  func run(_ handOver: (Entry) -> Void) async -> [String] {
    var known: [String] = []
    var slots = setup.sources.map { Slot(path: $0.path) }
    var waiting: [Work] = slots.indices.map { .compile(file: $0) }
    var next = Position()
    await withTaskGroup(of: Result.self) { group in
      var running = 0
      while true {
        while running < session.jobs, !waiting.isEmpty, !Task.isCancelled {
          let work = waiting.removeFirst()
          group.addTask { await perform(work) }
          running += 1
        }
        session.progress.set(left: waiting.count)
        guard let result = await group.next() else { break }
        running -= 1
        switch result {
        case .compiled(let file, let spec):
          session.warn(spec.warnings)
          known += spec.names
          let names = spec.names.filter { session.specs.isEmpty || session.specs.contains($0) }
          slots[file].names = names
          slots[file].lines = spec.lines
          slots[file].entries = Array(repeating: nil, count: names.count)
          // What is begun is ended first: its results are the next to be printed.
          waiting.insert(
            contentsOf: names.enumerated().map {
              .verify(file: file, spec: $0.offset, name: $0.element, spec)
            }, at: 0)
        case .ended(let file, let spec, let entry): slots[file].end(spec, entry)
        }
        Batch.flush(&slots, &next, handOver)
      }
    }
    for file in slots.indices {
      for spec in slots[file].entries.indices where slots[file].entries[spec] == nil {
        slots[file].entries[spec] = Entry(
          file: slots[file].path, name: slots[file].names[spec], outcome: .interrupted)
      }
    }
    Batch.flush(&slots, &next, handOver)
    return known
  }

  private static func flush(
    _ slots: inout [Slot], _ next: inout Position, _ handOver: (Entry) -> Void
  ) {
    while next.file < slots.count {
      if next.spec == 0 { slots[next.file].claimNames(&next.places) }
      if next.spec == slots[next.file].entries.count {
        next.file += 1
        next.spec = 0
      } else if let entry = slots[next.file].entries[next.spec] {
        handOver(entry)
        next.spec += 1
      } else {
        return
      }
    }
  }

  // MARK: Work

  private func perform(_ work: Work) async -> Result {
    switch work {
    case .compile(let file):
      let source = setup.sources[file]
      session.progress.begin(source.path)
      defer { session.progress.end(source.path) }
      do {
        switch try await compile(source) {
        case .success(let spec): return .compiled(file: file, spec)
        case .failure(let stop): return ended(file, 0, nil, stop.outcome)
        }
      } catch {
        return ended(file, 0, nil, outcome(error))
      }
    case .verify(let file, let number, let name, let spec):
      session.progress.begin(name)
      defer { session.progress.end(name) }
      let id = "\(file).\(number)"
      defer { session.interruption.removeSolvers(of: id) }
      var settings = session.settings
      settings.onSolver = { session.interruption.add($0, for: id) }
      do {
        let result = try spec.verify(name, settings: settings)
        // What an interrupted Z3 did not know is not unknown.
        if session.interruption.isInterrupted, result.status != .asExpected {
          return ended(file, number, name, .interrupted)
        }
        return ended(file, number, name, .verified(result))
      } catch {
        return ended(file, number, name, outcome(error))
      }
    }
  }

  /// A reason not to verify that is no error.
  private struct Stop: Error { var outcome: Outcome }

  private func compile(_ source: Session.Source) async throws -> Swift.Result<SpecFile, Stop> {
    let spec = try source.spec.get()
    let tree = setup.isGiven || spec.needsTree ? setup.tree : nil
    switch try await setup.frontend.compile(spec: spec, tree: tree) {
    case .compiled(let compiled): return .success(try SpecFile(compiled))
    case .absent(let absence):
      return .failure(Stop(outcome: .absent(line: absence.line, reason: absence.reason)))
    case .needsTree: return .failure(Stop(outcome: .needsTree))
    }
  }

  private func ended(_ file: Int, _ spec: Int, _ name: String?, _ outcome: Outcome) -> Result {
    .ended(
      file: file, spec: spec,
      Entry(file: setup.sources[file].path, name: name, outcome: outcome))
  }

  private func outcome(_ error: any Error) -> Outcome {
    // An interrupted clang fails in its own words.
    if error is CancellationError || session.interruption.isInterrupted { return .interrupted }
    if let error = error as? SolverError {
      // Once Z3 has come to its limit, it cannot even begin.
      let limit = session.settings.budget.megabytes
      if error.isOutOfMemory || limit > 0 {
        let hint = limit > 0 ? "; --memory \(limit) is too little" : ""
        return .exhausted(reason: error.description + hint)
      }
    }
    return .failed(Session.problem(error))
  }
}

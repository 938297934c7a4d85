// SPDX-License-Identifier: Apache-2.0

import Execution
import Replay
import Verifier

/// A replayed counterexample as text: what the hardware has shown, in the order of KASAN's
/// reports, and in the last line what model and machine say.
public struct ReplayText {
  let replay: CounterexampleReplay
  let style: Style
  let detail: Detail

  private static let rule = String(repeating: "=", count: 66)

  /// Makes the text.
  public init(_ replay: CounterexampleReplay, style: Style, detail: Detail) {
    self.replay = replay
    self.style = style
    self.detail = detail
  }

  /// The lines.
  public var lines: [String] {
    var lines: [String] = []
    if detail > .quiet {
      lines.append(ReplayText.rule)
      lines += report
      lines.append(ReplayText.rule)
    }
    lines += replay.differences.map { style.paint("! differs: \($0)", .red) }
    lines.append(lastLine)
    return lines
  }

  /// What scripts look for.
  var lastLine: String {
    let counterexample = replay.counterexample
    var word = replay.verdict.word
    switch replay.verdict {
    case .confirmed(let evidence): word += " (\(evidence.rawValue))"
    case .notReproduced(let reason), .cannotBeShown(let reason): word += ": \(reason)"
    }
    return "vmapcheck: \(counterexample.spec): \(counterexample.property): model says refuted, "
      + "\(replay.machine) says \(word), \(replay.time.seconds.rounded(2)) s"
  }

  private var report: [String] {
    let counterexample = replay.counterexample
    var lines: [String] = []
    if let first = replay.observations.first {
      let site = first.callStack.first
      let place = site.map { " in \($0.function)" } ?? ""
      lines.append(style.paint("BUG: \(counterexample.property)\(place)", .bold))
      lines.append("\(first.evidence.rawValue): \(first.message)")
    } else {
      lines.append(style.paint("no \(counterexample.property)", .bold))
      lines.append("the model: \(counterexample.message)")
    }
    lines += access
    lines.append("by \(counterexample.spec) (\(counterexample.file))")
    lines.append("")
    if let stack = replay.observations.first?.callStack, !stack.isEmpty {
      lines.append("Call trace:")
      lines += ReplayText.frames(stack)
    }
    lines += object
    lines += memoryState
    lines += BufferPicture(counterexample).lines
    lines += pages
    lines += rest
    lines += replay.notes
    lines += log
    return lines
  }

  private var access: [String] {
    let isFault = replay.observations.first?.evidence == .pageFault
    guard isFault, let fault = replay.faults.last else { return [] }
    let whose = replay.machine == "mmu" ? "kernel" : "model"
    let kernel = fault.kernelAddress.map { " (the \(whose)'s \(hex($0)))" } ?? ""
    return ["\(fault.isWrite ? "Write" : "Read") at \(hex(fault.address))\(kernel): \(fault.words)"]
  }

  static func frames(_ stack: [CallSite]) -> [String] {
    let width = stack.map(\.function.count).max() ?? 0
    return stack.map { site in
      guard let file = site.file else { return "  \(site.function)" }
      return "  \(padded(site.function, width))  \(file):\(site.line ?? 0)"
    }
  }

  private var object: [String] {
    guard let object = replay.object else { return [] }
    let state = object.isFreed ? "freed" : "live"
    return [
      "The address is \(object.offset) bytes into \(object.name) of \(object.size) bytes at "
        + "\(hex(object.address)), which is \(state)."
    ]
  }

  /// Which struct pages of the folio are there, where the fault was in one of them.
  private var memoryState: [String] {
    guard replay.observations.first?.evidence == .pageFault,
      let address = replay.faults.last?.kernelAddress, let pfn = ReplayText.pfn(of: address)
    else { return [] }
    let picture = MemoryPicture(replay.counterexample)
    guard let folio = picture.folios.first(where: { $0.head <= pfn && pfn - $0.head < $0.pages })
    else { return [] }
    let index = pfn - folio.head
    let era = BufferPicture(replay.counterexample).scalar("era")
    let to = era == 2 ? "a page that all such folios share" : "the folio's first page of them"
    var lines = ["Memory state around struct page \(index) of \(folio.title):"]
    let kept = "  struct pages 0 to \(folio.keptStructs - 1): read and write"
    lines.append((index < folio.keptStructs ? ">" : " ") + kept.dropFirst())
    if folio.keptStructs < folio.pages {
      let freed =
        "  struct pages \(folio.keptStructs) to \(folio.pages - 1): read only, mapped to \(to)"
      lines.append((index < folio.keptStructs ? " " : ">") + freed.dropFirst())
    }
    return lines
  }

  /// The page of a struct page in the kernel's vmemmap, which has an entry of 64 bytes for each.
  private static func pfn(of address: UInt64) -> UInt64? {
    let begin: UInt64 = 0xffd4_0000_0000_0000
    let end: UInt64 = begin + 1 << 46
    return (begin..<end).contains(address) ? (address - begin) / 64 : nil
  }

  private var pages: [String] {
    guard !replay.wrongPages.isEmpty else { return [] }
    let shown = replay.wrongPages.prefix(8).map { page in
      let expected = page.expected.map { "should be pfn \(hex($0))" } ?? "should not be mapped"
      let actual = page.actual.map { "has the content of pfn \(hex($0))" } ?? "is not mapped"
      return "  page \(page.place): \(expected), \(actual)"
    }
    let more = replay.wrongPages.count - shown.count
    return ["Mapping, read through the MMU:"] + shown
      + (more > 0 ? ["  and \(more) more pages"] : [])
  }

  /// What the kernel has printed, if the machine is one.
  private var log: [String] {
    guard !replay.log.isEmpty else { return [] }
    let most = detail == .verbose ? Int.max : 6
    let shown = replay.log.prefix(most).map { "  \($0)" }
    let more = replay.log.count - shown.count
    return ["The kernel's log:"] + shown + (more > 0 ? ["  and \(more) more lines (-v)"] : [])
  }

  /// What else was seen; in a few words, as it is not what was asked.
  private var rest: [String] {
    let seen = replay.observations.dropFirst().filter { $0.evidence != .assertion }
    let shown = detail == .verbose ? Array(replay.observations.dropFirst()) : Array(seen)
    var lines = shown.map { "Also: \($0.evidence.rawValue): \($0.message)" }
    if replay.observations.contains(where: { $0.evidence == .assertion }),
      replay.observations.first?.evidence != .assertion
    {
      lines.append("The model's own check, run natively, says the same.")
    }
    if detail == .verbose {
      lines += replay.others.map { "Beside it: \($0.property): \($0.message)" }
    }
    return lines
  }
}

extension Double {
  /// With so many digits behind the point.
  func rounded(_ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let value = Int((self * scale).rounded())
    let fraction = String(value % Int(scale))
    return "\(value / Int(scale))."
      + String(repeating: "0", count: max(0, digits - fraction.count)) + fraction
  }
}

// SPDX-License-Identifier: Apache-2.0

import Execution
import Verifier

/// What a real kernel has shown of a run, held against arithmetic on (folio, offset, pages) and
/// nothing else.
struct KernelSight: Sendable {
  /// Why nothing can be said of it.
  private(set) var obstacle: String?
  /// The guest has ended or hangs, and what it has said last is in the log.
  private(set) var isGone = false
  /// An assumption of the spec's that the buffer does not satisfy.
  private(set) var rejection: String?
  /// What is violated.
  private(set) var shown: [Observation] = []
  /// The properties of which this run says whether they are violated.
  private(set) var seen: Set<Property> = []
  private(set) var wrongPages: [WrongPage] = []
  private(set) var faults: [PageFault] = []
  /// Of the run, for who reads the report.
  private(set) var notes: [String] = []
  /// Lines of the kernel's log that belong to a splat.
  private(set) var log: [String] = []

  private let buffer: KernelBuffer
  private let folios: [GuestAnswer.Folio]
  private let vmemmap: UInt64

  /// Properties of which a kernel without KASAN and the like says nothing, and why.
  static func blindness(of property: Property) -> String? {
    switch property {
    case .tailRead:
      "a load of a freed struct page is no fault: it reads another one's content"
    case .noWrap: "arithmetic that wraps is not seen by hardware, only what comes of it"
    case .inBounds: "a touch outside of an object is not seen by a kernel without KASAN"
    case .cost: "the kernel does not count what a strategy allocates"
    default: nil
    }
  }

  /// A claim of the model's of which Debian's kernels say nothing: CONFIG_DEBUG_ATOMIC_SLEEP is off.
  static func isSilent(on message: String) -> Bool { message.contains("sleeping function") }

  init(_ answer: GuestAnswer, of buffer: KernelBuffer) {
    self.buffer = buffer
    folios = answer.module?.folios ?? []
    vmemmap = answer.module?.vmemmap.flatMap { UInt64($0.dropFirst(2), radix: 16) } ?? 0
    obstacle = buffer.obstacle ?? Self.obstacle(answer)
    rejection = answer.module?.rejection
    if obstacle == nil, rejection == nil { look(at: answer) }
  }

  /// Of a run that was not tried, and why.
  init(notTried reason: String, _ buffer: KernelBuffer) {
    self.init(GuestAnswer(), of: buffer)
    obstacle = reason
  }

  /// Whether a property is violated.
  func shows(_ property: Property) -> Bool { shown.contains { $0.property == property.name } }

  private static func obstacle(_ answer: GuestAnswer) -> String? {
    if answer.hangs == true { return nil }
    if answer.exit ?? 0 != 0 {
      return answer.why?.isEmpty == false ? answer.why : "the guest could not begin the run"
    }
    guard let module = answer.module else { return "the module does not answer" }
    if let missing = module.missing { return "this kernel has no \(missing)()" }
    switch module.error {
    case 0: break
    case -2: return "the guest has no hugetlb folio as the buffer wants it"
    case -12: return "the guest has no memory for a folio of the buffer"
    case -16: return "a page of the buffer is mapped already"
    case -28: return "the guest has no room for such a BAR"
    case -33: return "this kernel gives no folio of the order that the buffer wants"
    default: return "the guest cannot make the buffer (error \(-module.error))"
    }
    if module.hasMore == true { return "the mapping is too scattered for the module" }
    if module.stage == "idle" { return "the module does not have the spec" }
    return nil
  }

  // MARK: Judging

  private mutating func look(at answer: GuestAnswer) {
    takeLog(KernelLog(answer.log ?? [], of: answer.pid))
    if answer.hangs == true {
      isGone = true
      log = answer.log ?? []
      // Without a word of the kernel's it may only be slow.
      if shown.isEmpty { obstacle = answer.why ?? "the run does not come to an end" }
    }
    guard let module = answer.module else { return }
    if buffer.hasOptimized { seen.insert(.tailWrite) }
    seen.formUnion([.noSplat])
    let stages = ["idle", "prepare", "map", "look", "unmap", "after", "done"]
    let stage = stages.firstIndex(of: module.stage) ?? 0
    guard stage > 2 else { return }
    seen.insert(.accepts)
    let success = module.success ?? false
    if success {
      seen.insert(.mapsExactly)
      lookAtPages(module)
    } else {
      add(.accepts, .pageTables, "a valid buffer is refused: \(result(module))")
    }
    takeSpecsOwn(module.violations ?? 0)
    guard module.stage == "done" else { return }
    let isUnbalanced = folios.contains { $0.refs.first != $0.refs.last }
    let left = module.left ?? 0
    if !success {
      seen.insert(.cleanFailure)
      if left > 0 { add(.cleanFailure, .pageTables, "\(left) pages stay mapped after the failure") }
      if (module.live ?? 0) > 0 {
        add(.cleanFailure, .count, "\(module.live ?? 0) objects stay allocated after the failure")
      }
      if isUnbalanced { add(.cleanFailure, .count, references()) }
    } else if module.hasUnmap == true {
      seen.insert(.refsHeld)
      if left > 0 { add(.apiClass, .pageTables, "\(left) pages stay mapped after unmap") }
      if isUnbalanced { add(.refsHeld, .count, references()) }
    }
  }

  private mutating func add(
    _ property: Property, _ evidence: Evidence, _ message: String, _ callStack: [CallSite] = []
  ) {
    shown.append(
      Observation(
        property: property.name, evidence: evidence, message: message, callStack: callStack))
  }

  private func result(_ module: GuestAnswer.Module) -> String {
    guard let text = module.addr, let value = UInt64(text.dropFirst(2), radix: 16), value != 0
    else { return "the result is NULL" }
    return "the result is \(Int64(bitPattern: value))"
  }

  private func references() -> String {
    let changed = folios.enumerated().filter { $0.element.refs.first != $0.element.refs.last }
    let words = changed.map { number, folio in
      "folio \(number) has \(folio.refs.last ?? 0) references, and had \(folio.refs.first ?? 0)"
    }
    return words.joined(separator: "; ")
  }

  private mutating func takeSpecsOwn(_ violations: UInt32) {
    for property in Property.allCases where violations >> UInt32(property.rawValue) & 1 != 0 {
      seen.insert(property)
      add(property, .assertion, "an obligation of the spec's own does not hold")
    }
  }

  // MARK: Pages

  private mutating func lookAtPages(_ module: GuestAnswer.Module) {
    var place: UInt64 = 0
    for run in module.runs ?? [] where run.count == 3 {
      for step in 0..<run[1] {
        let actual = run[0] + step * run[2]
        let expected = pfn(at: place)
        if actual != expected {
          wrongPages.append(
            WrongPage(
              place: place, expected: expected.map(modelled),
              actual: actual == 0 ? nil : modelled(actual)))
        }
        place += 1
      }
    }
    if let first = wrongPages.first {
      // What is mapped has its own content, or it is told of below.
      let hasContent = wrongPages.contains { $0.actual != nil } && !buffer.hasBAR
      add(
        .mapsExactly, hasContent ? .content : .pageTables,
        "\(wrongPages.count) of \(buffer.total) pages of the mapping are not those of the buffer,"
          + " the first is page \(first.place)")
    }
    if (module.torn ?? 0) > 0 {
      add(.mapsExactly, .content, "\(module.torn ?? 0) pages have a content that is nobody's")
    }
    if module.before == true || module.behind == true {
      let side = module.before == true ? "before" : "behind"
      add(.mapsExactly, .pageTables, "the page \(side) the mapping is mapped")
    }
    if let mapped = module.mapped, mapped > buffer.total {
      add(
        .mapsExactly, .pageTables,
        "\(mapped) pages of the vmalloc space map the buffer, which has \(buffer.total)")
    }
  }

  /// Where a page of the buffer really is.
  private func pfn(at place: UInt64) -> UInt64? {
    guard let page = buffer.page(at: place), folios.indices.contains(page.range.folio) else {
      return nil
    }
    return folios[page.range.folio].pfn + page.index
  }

  /// A pfn of the guest's as the model has it: the same page of the same folio.
  private func modelled(_ pfn: UInt64) -> UInt64 {
    for range in buffer.ranges where folios.indices.contains(range.folio) {
      let folio = folios[range.folio]
      if pfn >= folio.pfn, pfn - folio.pfn < 1 << UInt64(folio.order) {
        return range.head + (pfn - folio.pfn)
      }
    }
    return pfn
  }

  // MARK: The log

  private mutating func takeLog(_ log: KernelLog) {
    if !log.splats.isEmpty {
      self.log = log.lines.filter {
        !$0.contains("[ cut here ]") && !$0.hasPrefix("Modules linked")
      }
    }
    for splat in log.splats {
      if let address = splat.address, let code = splat.errorCode {
        if takeFault(address, code, splat) == .tailWrite { continue }
      } else {
        add(.noSplat, .kernelLog, splat.text, splat.callStack)
      }
      if Self.isAboutAPI(splat) { add(.apiClass, .kernelLog, splat.text, splat.callStack) }
    }
  }

  /// The property that a fault violates.
  private mutating func takeFault(
    _ address: UInt64, _ code: Int, _ splat: KernelLog.Splat
  ) -> Property {
    let freed = freedStruct(at: address)
    faults.append(
      PageFault(
        address: address, kernelAddress: freed.map { _, model in model }, isWrite: splat.isWrite,
        errorCode: code, isForbidden: code & 1 != 0))
    if let freed, splat.isWrite, code & 1 != 0 {
      add(
        .tailWrite, .pageFault,
        "store to struct page \(freed.index) of a folio whose tail struct pages HVO freed",
        splat.callStack)
      return .tailWrite
    }
    add(.noSplat, .kernelLog, splat.text, splat.callStack)
    return .noSplat
  }

  /// The number of a freed struct page, and its address in the model.
  private func freedStruct(at address: UInt64) -> (index: UInt64, model: UInt64)? {
    guard vmemmap != 0, address >= vmemmap else { return nil }
    let pfn = (address - vmemmap) / 64
    for range in buffer.ranges where folios.indices.contains(range.folio) {
      let folio = folios[range.folio]
      guard folio.optimized, pfn >= folio.pfn, pfn - folio.pfn < 1 << UInt64(folio.order) else {
        continue
      }
      let index = pfn - folio.pfn
      let model = 0xffd4_0000_0000_0000 + (range.head + index) * 64 + (address - vmemmap) % 64
      return index >= 64 ? (index, model) : nil
    }
    return nil
  }

  /// The kernel's own checks of which memory, or which mapping, a function gets.
  private static func isAboutAPI(_ splat: KernelLog.Splat) -> Bool {
    let functions: Set = [
      "vmap_pfn_apply", "vmap_pages_pte_range", "vunmap", "__vunmap", "vb_free", "vm_unmap_ram",
      "__vmap_pages_range_noflush", "vmap_small_pages_range_noflush", "vmap_pages_range_noflush",
    ]
    // A lookup that fails oopses a little further down.
    let depth = splat.address == nil ? 1 : 3
    return splat.callStack.prefix(depth).contains { site in
      functions.contains(String(site.function.prefix { $0 != "." }))
    }
  }
}

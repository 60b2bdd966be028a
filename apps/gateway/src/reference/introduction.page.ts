import type { LocalizedText } from '@ciep/kernel';
import { audienceNotes } from './audiences.rules.js';

/** The name of the API. */
export const title: LocalizedText = { en: 'CIEP platform API', zh: '大会平台接口' };

/** What a developer reads first. English goes without a Chinese character: the first one begins the Chinese part. */
export const introduction: LocalizedText = {
  en: `All services of the Conference on International Exchange of Professionals.

**Find your part.** The groups follow who works with them. Search takes words and paths.

${audienceNotes.en}

**Sign in and try.** Press *Authorize* beside this text, and log in: each request from this page then carries your token. Your roles decide what you may do. A token lives five minutes. Programs without a person use client credentials.

**Samples** are in curl, TypeScript (choose JavaScript: they are the same), Python and Java, with the values that you enter.

**Write safely.** A POST that creates something or moves money, places or booths needs an \`Idempotency-Key\` of your own; the same key with the same body takes effect once. Changes and decisions need \`If-Match\` with the \`ETag\` that you have read.

**Read errors.** They are \`application/problem+json\`: \`code\` is stable, \`errors\` names each wrong field, \`traceId\` finds the request in our logs. \`Accept-Language\` decides their language; texts in data are \`{"zh", "en"}\`, and \`?lang=\` flattens them.

**Read lists.** Pass \`nextCursor\` as \`cursor\`. To synchronize, pass \`syncedUntil\` as \`updatedSince\` next time.`,
  zh: `中国国际人才交流大会平台的全部接口。

**查找。** 接口按使用者分组，可按文字和路径搜索。

${audienceNotes.zh}

**登录试用。** 在旁边的“身份验证”中点击“授权”并登录，此后本页发出的请求都带有您的令牌；您的角色决定您能做什么。令牌有效期五分钟。没有用户参与的程序使用客户端凭证。

**示例代码**有 curl、TypeScript（选 JavaScript，二者相同）、Python 和 Java，并使用您填写的值。

**安全写入。** 凡新建内容，或变动款项、名额、展位的 POST 请求，都须自带 \`Idempotency-Key\`；同一键值与同一内容只生效一次。修改和审批须在 \`If-Match\` 中带上读取时的 \`ETag\`。

**错误。** 以 \`application/problem+json\` 返回：\`code\` 固定不变，\`errors\` 指出每个有误的字段，\`traceId\` 用于在日志中查找该请求。语言由 \`Accept-Language\` 决定；数据中的文字为 \`{"zh", "en"}\`，\`?lang=\` 只取一种。

**列表。** 将 \`nextCursor\` 作为 \`cursor\` 读取下一页；同步时，下次将 \`syncedUntil\` 作为 \`updatedSince\`。

参数、字段和应答的说明目前只有英文。`,
};
